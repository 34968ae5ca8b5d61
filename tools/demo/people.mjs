// Invented people: names, organisations and functions put together by a seeded generator, so that each demo
// shows the same ones. Addresses are on .example domains, which belong to nobody.

const first_names = (
  'Aïcha Amélie An Anke Anouk Arne Astrid Bart Bas Benoît Bram Camille Cas Céline Chloé Daan Dries Elif Elise Emma ' +
  'Esther Fatima Febe Femke Fien Finn Floor Gilles Hanne Hassan Ilse Ines Jaap Jade Jan Jasper Jef Joke Joris Julie ' +
  'Karim Kato Katrien Lander Lars Laure Leen Lena Lien Lies Lore Lotte Louis Luca Maarten Margot Marie Mats Mehmet ' +
  'Merel Mila Mira Nele Niels Nina Noor Nora Olivier Pauline Pieter Robbe Roos Ruben Saar Samira Sander Sara Senne ' +
  'Simon Sofie Stijn Tess Thijs Thomas Tim Tine Tom Veerle Vincent Willem Wout Yasmine Youssef Zoë'
).split(' ');
const last_names = (
  'Aerts Baert Bakker Beke Blommaert Bogaert Borremans Bos Callens Claes Claessens Cools Coppens Cornelis Daems ' +
  'De_Backer De_Boer De_Bruyn De_Clercq De_Groot De_Jong De_Smet De_Vries Declercq Demir Desmet Dewaele Dijkstra ' +
  'Dubois Dumont El_Amrani Goossens Haddad Hendriks Hermans Jacobs Jansen Janssens Kaya Koster Lambert Laurent ' +
  'Lemmens Leroy Maes Martens Meijer Mertens Michiels Moens Mulder Nys Peeters Petit Pieters Prins Roels Segers ' +
  'Simons Smeets Smit Stevens Thijs Timmermans Van_Damme Van_Dijk Van_den_Berg Verbeke Vermeulen Verhoeven Visser ' +
  'Vos Willems Wouters Yilmaz'
).split(' ');
const organisations = [
  ['Zorggroep De Linde', 'delinde.example'],
  ['Ziekenhuis Sint-Elooi', 'sintelooi.example'],
  ['Stad Waterdal', 'waterdal.example'],
  ['Hogeschool Noordzee', 'noordzee.example'],
  ['Wijkhuis De Brug', 'debrug.example'],
  ['Mutualiteit Samen', 'samen.example'],
  ['Apothekersgilde', 'gilde.example'],
  ['Praktijk Lindehof', 'lindehof.example'],
  ['Polikliniek Oost', 'polioost.example'],
  ['Universiteit Maasland', 'maasland.example'],
];
const jobs = [
  'Verpleegkundige', 'Huisarts', 'Coördinator', 'Apotheker', 'Beleidsmedewerker', 'Informaticus', 'Onderzoeker',
  'Kinesitherapeut', 'Docent', 'Directeur', 'Kwaliteitsmedewerker', 'Maatschappelijk werker',
];

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function random_of(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** {name, email, organisation, job} of as many people, no two with one address. */
export function make_people(count, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const plain = (text) => text.normalize('NFD').replace(/[^A-Za-z]/g, '').toLowerCase();
  const taken = new Map();
  return Array.from({ length: count }, () => {
    const name = `${pick(first_names)} ${pick(last_names).replaceAll('_', ' ')}`;
    const [organisation, domain] = pick(organisations);
    const [first, ...last] = name.split(' ');
    const address = `${plain(first)}.${plain(last.join(''))}`;
    const before = taken.get(address + domain) ?? 0;
    taken.set(address + domain, before + 1);
    return { name, email: `${address}${before || ''}@${domain}`, organisation, job: pick(jobs) };
  });
}
