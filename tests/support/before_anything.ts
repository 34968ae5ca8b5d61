// A policy that asks something of its staff before anything else, where the shipped one does not.
export const with_duties = (yaml: string): string =>
  yaml.replace(/^staff:\n/m, `staff:
  acknowledge:
    house-rules:
      title: { nl: Huisregels, fr: Règles, en: House rules, de: Hausregeln }
      text: { nl: Wees stil., fr: Silence., en: Be quiet., de: Sei still. }
    secrecy:
      title: { nl: Geheimhouding, fr: Secret, en: Secrecy, de: Geheimhaltung }
      text: { nl: Ik zwijg., fr: Je me tais., en: I keep silent., de: Ich schweige. }
      how: signed
  training:
    course:
      title: { nl: Cursus, fr: Cours, en: Course, de: Kurs }
      valid: 1 year
`);
