// A letter from who gets it to who wants no more, held against what is described.
import type { Answer } from '../support/http.ts';
import { draw_letter } from '../support/letters.ts';
import type { Question } from './description.ts';

type Ask = (id: string, status: number, question?: Question) => Promise<Answer>;

interface Made {
  create: (given: object) => Promise<string>;
  register: (event: string, email: string) => Promise<{ link: string; door: string }>;
}

export async function ask_letters({ member, anyone, person }: { member: Ask; anyone: Ask; person: Ask }, { create, register }: Made): Promise<void> {
  const event = await create({ title: 'Zaal twee' });
  const { door, link } = await register(event, 'gust@kijker.example');
  const given = { event };
  const one = { event, letter: draw_letter() };
  const texts = { nl: { subject: 'Zaal twee', body: 'Dag {name}.' } };
  const wanted = { purpose: 'admission', to: 'all', texts, people: 1 };
  const look = { purpose: 'admission', to: 'all', texts, language: 'nl' };
  await member('send_letter', 409, { given: one, body: wanted });
  await member('assign', 200, { given, body: { organiser: 'Zorgpunt De Linde', agreed_on: '2026-11-20', reply_to: 'leden@delinde.example' } });
  await member('list_letters', 200, { given });
  await member('list_letter_people', 200, { given: { ...given, purpose: 'admission' } });
  await member('list_letter_people', 403, { given: { ...given, purpose: 'nothing' } });
  await member('look_at_letter', 200, { given, body: look });
  await member('look_at_letter', 200, { given, body: { purpose: 'admission', to: 'absent' } });
  await member('look_at_letter', 400, { given, wrong: true, body: { ...look, to: 'everybody' } });
  await member('look_at_letter', 403, { given, body: { ...look, purpose: 'attendance' } });
  await member('look_at_letter', 413, { given, body: { ...look, texts: { nl: { subject: 'x', body: 'x'.repeat(33_000) } } } });
  await member('send_letter', 400, { given: one, wrong: true, body: { ...wanted, texts: { nl: 'Zaal twee' } } });
  await member('send_letter', 403, { given: one, body: { ...wanted, purpose: 'attendance' } });
  await member('send_letter', 409, { given: one, body: { ...wanted, people: 2 } });
  await member('send_letter', 413, { given: one, body: { ...wanted, texts: { nl: { subject: 'x'.repeat(201), body: 'x' } } } });
  await member('send_letter', 201, { given: one, body: wanted });
  await member('send_letter', 200, { given: one, body: wanted });
  await member('list_letters', 200, { given });
  await person('own_page', 200, { given: { event, link, lang: 'nl' } });
  await person('own_letters', 303, { given: { event, link } });
  await person('answer_letters', 403, { given: { event, link: door }, body: new URLSearchParams({ letters: 'stop' }) });
  await person('answer_letters', 303, { given: { event, link }, body: new URLSearchParams({ letters: 'stop' }) });
  await person('answer_letters', 303, { given: { event, link }, body: new URLSearchParams({ letters: 'again' }) });
  await person('answer_letters', 204, { given: { event, link }, body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  const every: [string, Question][] = [
    ['list_letters', {}], ['list_letter_people', { given: { purpose: 'admission' } }], ['look_at_letter', { body: look }], ['send_letter', { given: { letter: one.letter }, body: wanted }],
  ];
  for (const [id, more] of every) {
    await anyone(id, 401, { ...more, given: { ...given, ...more.given } });
    await member(id, 404, { ...more, given: { ...more.given, event: 'nergens' } });
  }
}
