// What the program would take, where docs/openapi.json alone does not tell: bodies and forms by the name of their operation.
import { programme } from '../support/updates.ts';
import { owner, type House } from './house.ts';

const minute_ms = 60_000;
let people = 0;
// Well formed, and of no passkey.
const new_passkey = { name: 'Sleutel', client_data: 'AAAA', authenticator_data: 'AAAA' };
const shown_passkey = { credential: 'AAAA', client_data: 'AAAA', authenticator_data: 'AAAA', signature: 'AAAA' };

/** Bodies of which the description alone does not tell what would be taken. */
export function known_body({ main, viewer, event }: House, operationId: string): object | undefined {
  const at = (minutes: number) => new Date(main.server.clock.now() + minutes * minute_ms).toISOString();
  const plan = { title: 'Open dag', description: 'Voor wie wil.', starts: at(10), ends: at(60), opens_by: 'both', moments: [{ at: at(20), label: 'Begin' }] };
  const bodies: Record<string, object> = {
    create_event: { ...plan, domains: ['https://www.lichtbeeld.example'] },
    change_event: { title: 'Lezing', description: 'Over het voorbije jaar.', moments: [{ at: at(20), label: 'Begin' }], domains: ['https://www.lichtbeeld.example'] },
    open_session: { property: event.event, link: viewer.link, consent: { attendance: true } },
    withdraw_consent: { t: viewer.t },
    beat: { t: viewer.t, n: 1, b: [[0, 7]], m: [[0, 'click', 'play']] },
    sign_in: { email: owner.email, password: 'een verkeerd wachtwoord' },
    set_up: { token: 'A'.repeat(43), name: 'Mallory', email: 'mallory@elsewhere.example', password: 'een lang wachtwoord' },
    create_token: { label: 'Dagrapport', permissions: ['view_report'], expires: at(60) },
    change_password: { present: 'een verkeerd wachtwoord', wanted: 'een ander lang wachtwoord' },
    write_issue: { update: programme, texts: { nl: { subject: 'Herfst', body: 'Dag **allemaal**. [Programma](https://klankveld.example/)' } } },
    rewrite_issue: { texts: { nl: { subject: 'Winter', body: '# Kop\n\n- een\n- twee' } } },
    enter_person: { datum: 'contact', source: 'telephone', given_on: '2026-11-20', fields: { name: 'Bo Claes', email: `met-de-hand${++people}@kijker.example` } },
    assign: { organiser: 'Zorgpunt De Linde', reference: '2026-114', agreed_on: '2026-11-20', reply_to: 'leden@delinde.example', purposes: ['admission'] },
    look_at_letter: { purpose: 'admission', to: 'all', texts: { nl: { subject: 'Nieuws', body: 'Zaal **twee**.' } }, language: 'nl' },
    send_letter: { purpose: 'admission', to: 'chosen', viewers: [main.values['viewer']], texts: { nl: { subject: 'Nieuws', body: 'Zaal **twee**.' } }, people: 1 },
    disclose: { ground: 'court order', receiver: 'Rechtbank', reference: '77', data: ['contact'], addresses: [viewer.email] },
    report_incident: {
      what: 'Een brief ging naar iemand anders.', found_by: 'Een lezer.', consequences: 'Geen.', measures: 'Gebeld.', measures_before: 'Opleiding.', risk_reasons: '',
      clients: [{ name: 'Huis', email: 'data@huis.example' }], letters: { nl: { happened: 'Een brief ging fout.', consequences: 'Geen.', measures: 'Gebeld.' } },
    },
    change_incident: {
      what: 'Een schijf is kwijt.', found_by: 'De beheerder.', consequences: 'Onbekend.', measures: 'Gezocht.', remedy: 'Vervangen.', policy_decision: 'Blijft.',
      clients: [{ name: 'Huis', email: 'data@huis.example' }], letters: { nl: { happened: 'Een brief ging fout.', consequences: 'Geen.', measures: 'Gebeld.' } },
    },
    record_told: { how: 'GBA-1', late_reasons: 'Het was zondag.', phase: 'preliminary' },
    add_credential: { name: `dienst ${++people}`, origin: 'http://127.0.0.1:9', secret: 'een oud wachtwoord', puts: { in: 'basic', name: 'huis' }, tasks: [{ name: 'orders', method: 'GET', path: '/api/orders' }] },
    allow_credential: { members: main.values['allowed']!.split(',') },
    set_credential: { secret: 'een ander wachtwoord' },
    use_credential: { task: 'orders', path: '/api/orders', query: 'page=1', type: 'text/plain', body: '' },
    invite: { email: `nieuw${++people}@lichtbeeld.example`, role: 'analyst', export: false, language: 'nl' },
    regrant: { role: 'analyst', export: false },
    acknowledge: { version: main.values['version'], language: 'nl' },
    record_training: { training: 'course', followed: new Date(main.server.clock.now()).toISOString().slice(0, 10) },
    make_role: { name: `Rol ${++people}`, permissions: ['view_report'] },
    draw_role: { name: 'Zaalwacht', permissions: ['view_report'] },
    make_organisation: { name: `Zaal ${++people}`, email: `els${people}@zaalnoord.example`, export: false, language: 'nl' },
    join: { invitation: 'A'.repeat(43), name: 'Mallory', password: 'een lang wachtwoord' },
    check_invitation: { invitation: 'A'.repeat(43) },
    name_right: { right: 'access' },
    decide_request: { grant: false, reasons: 'Omdat het zo is.' },
    refuse: { reason: 'De opdracht dekt dit niet.' },
    accredit: { granted: true, reason: 'Zij sprak zelf.' },
    accredit_proposed: { state: 'A'.repeat(43) },
    finish_with_passkey: shown_passkey,
    step_up_with_passkey: shown_passkey,
    confirm_first_passkey: new_passkey,
    add_passkey: new_passkey,
  };
  return bodies[operationId];
}

/** Of forms, whose fields the policy declares: somebody else each time. */
export function known_form({ updates }: House, operationId: string): Record<string, string> | undefined {
  const n = ++people;
  const request = { right: 'access', name: 'Cas Claes', email: `cas${n}@kijker.example`, message: 'Wat weet u van mij?' };
  const forms: Record<string, Record<string, string>> = {
    register: { name: 'Bo Claes', email: `bo${n}@kijker.example`, organisation: 'Huis', job: 'Arts', 'old-enough': 'yes' },
    open_request: request,
    open_own_request: { right: 'hand-over', message: 'Alstublieft.', organisation: 'Huis', organisation_email: 'data@huis.example' },
    send_report: { about: 'misuse', message: 'Kijk dit na.', name: 'Dirk', email: `dirk${n}@kijker.example` },
    answer_letters: { letters: 'again' },
    identify: { code: '12345678' },
    fetch_answer: { code: '12345678' },
    subscribe: { [`_update.${programme}`]: 'yes', _notice: updates.values['notice']!, email: `eva${n}@kijker.example`, name: 'Eva' },
    correct_subscriber: { email: 'ana@kijker.example', name: 'Ana', region: 'Waasland', _language: 'fr' },
    change_subscription: { update: programme, wanted: 'yes', _notice: updates.values['notice']! },
  };
  return forms[operationId];
}
