// An organisation over the years, as somebody outside would know it: what it promised to whom, and what the program
// has to show for it. `Step`s change the program and this model alike; `check` holds the one against the other.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../support/random.ts';
import { pass_together, type Viewer } from '../support/audience.ts';
import { back_up, copy_keys, restart_on } from '../support/backup.ts';
import { Officer } from '../support/incidents.ts';
import { Requester, desk, latest, type Row as RequestRow } from '../support/requests.ts';
import { day_ms, ended, known, minute_ms, number_of, rows, stores_with, type Known } from '../support/retention.ts';
import { binary, changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

export const hour_ms = 60 * minute_ms;
/** What the policy says: the term of all that identifies a viewer. */
const kept_ms = 14 * day_ms;
/** Terms are looked at once a minute; a test never looks closer than this around one. */
const margin_ms = 10 * minute_ms;
/** What a test's own haste may add to all viewings of somebody. */
const real_ms_max = 3_000;
/** Of those whose data are gone, so many are looked for in every byte after each step. */
const sought_each_step = 3;

export interface Person extends Known {
  consents: boolean;
  /** What an answer counts for: the question as it then read. */
  asked: string;
  active_ms: number;
  open_ms: number;
  erased: boolean;
}

export interface Held {
  event: Event;
  ends: number;
  people: Person[];
  over: boolean;
}

export interface Broken {
  incident: string;
  /** Whom it may concern, and until when they have to be told. */
  due: Record<string, number>;
  closed: boolean;
}

export interface Asked {
  request: string;
  requester: Requester;
  name: string;
  due: number;
  decided: boolean;
}

const questions = ['Mogen we meten wanneer je kijkt?', 'Mogen we bijhouden wanneer je kijkt?'];

export class World {
  readonly random: Random;
  readonly server: Server;
  readonly staff: Staff;
  readonly key: string;
  readonly events: Held[] = [];
  readonly requests: Asked[] = [];
  readonly incidents: Broken[] = [];
  readonly officer: Officer;
  /** Names and addresses that must be nowhere any more. */
  readonly gone: string[] = [];
  question = questions[0]!;
  #count = 0;
  #checkpoint = '';

  private constructor(random: Random, server: Server, staff: Staff) {
    this.random = random;
    this.server = server;
    this.staff = staff;
    this.officer = new Officer(server, staff);
    this.key = execFileSync(binary, ['journal', 'key', '--data', server.data, '--master-key', server.master_key], { encoding: 'utf8' }).trim();
  }

  static async begin(random: Random): Promise<World> {
    const server = await start_server();
    try {
      return new World(random, server, await server.sign_up());
    } catch (error) {
      await server.end();
      throw error;
    }
  }

  now(): number {
    return this.server.clock.now();
  }

  alive(): Held[] {
    return this.events.filter(({ over }) => !over);
  }

  // ---- what happens -----------------------------------------------------------------------------------

  /** An evening of a few weeks on, by a clock on a wall somewhere. */
  async plan_event() {
    const number = ++this.#count;
    const on_demand = this.random.once_in(3);
    const starts = on_demand ? this.now() - minute_ms : this.now() + hour_ms + this.random.between(0, 20 * day_ms);
    const ends = on_demand ? starts + day_ms + this.random.between(0, 30 * day_ms) : starts + 2 * hour_ms;
    const event = await this.staff.create_event({
      event: `avond-${number}`, title: `Avond ${number}`, kind: on_demand ? 'on-demand' : 'live',
      starts: new Date(starts).toISOString(), ends: new Date(ends).toISOString(),
      time_zone: this.random.one_of(['Europe/Brussels', 'America/New_York', 'Asia/Kolkata']),
    });
    this.events.push({ event, ends, people: [], over: false });
  }

  async register(held: Held, consents: boolean): Promise<Person> {
    const number = ++this.#count;
    const name = `${this.random.one_of(['Ana', 'Bo', 'Cas', 'Dirk', 'Els'])} ${letters(number)}`;
    const person: Person = {
      ...(await known(this.server, held.event, name)), consents, asked: '', active_ms: 0, open_ms: 0, erased: false,
    };
    held.people.push(person);
    return person;
  }

  /** Time goes on until it is live, and those who agree watch for a while, each in their own way. */
  async hold(held: Held) {
    this.server.clock.pass_to(Date.parse(held.event.starts) + minute_ms);
    for (const person of held.people) {
      if (person.erased) continue;
      await person.viewer.open(person.consents);
      person.asked = this.question;
    }
    const watching = held.people.filter(({ consents, erased }) => consents && !erased);
    if (watching.length == 0) return;
    const ms = minute_ms * (1 + this.random.between(0, 10));
    const doing = watching.map((person): [Viewer, number] => [person.viewer, this.random.one_of([7, 4])]);
    await pass_together(this.server, ms, doing);
    for (const [at, person] of watching.entries()) {
      await person.viewer.leave();
      person.open_ms += ms;
      if (doing[at]![1] == 7) person.active_ms += ms;
      if (this.random.once_in(6)) await this.withdraw(person);
    }
  }

  /** A yes that counted does so no longer, and what was measured by it stays what it was. */
  async withdraw(person: Person) {
    (await this.server.withdraw({ session: person.viewer.session, t: person.viewer.t! })).expect(204);
    person.consents = false;
    (await this.server.beat(person.viewer.t!, 100_000, [[0, 7]])).expect(403);
  }

  async erase(held: Held, person: Person) {
    const answer = await this.server.post(`/e/${held.event.event}/me/${person.link}/erase?lang=nl`, new URLSearchParams(), {
      origin: this.server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html',
    });
    assert.ok([200, 202].includes(answer.status), `${answer}`);
    person.erased = true;
    this.gone.push(person.name, person.email, ...(person.viewer.session ? [person.viewer.session] : []));
    await until('the erased to be gone', () => stores_with(this.server, person.email).length == 0);
  }

  async ask(person: Person) {
    const requester = await new Requester(this.server, person.email).ask(this.random.one_of(['access', 'portability', 'objection']), { name: person.name });
    const row = await latest(this.staff);
    if (this.random.once_in(2)) await requester.show_who();
    this.requests.push({ request: row.request, requester, name: person.name, due: Date.parse(row.due), decided: false });
  }

  async decide(asked: Asked) {
    const answer = await this.staff.post(`/api/v1/requests/${asked.request}/decide`, { grant: false, reasons: 'Al eerder beantwoord.' });
    answer.expect(200);
    asked.decided = true;
  }

  /** A list went astray. The program says whom it concerns, and the clocks begin. */
  async go_wrong(held: Held) {
    const opened = await this.officer.open({ properties: [held.event.event] });
    const due = Object.fromEntries(opened.duties.map((duty) => [duty.whom, Date.parse(duty.due)]));
    this.incidents.push({ incident: opened.incident, due, closed: false });
    const { people } = await this.officer.affected(opened);
    assert.equal(people, held.people.filter(({ erased }) => !erased).length, `whom it concerns of ${held.event.event}`);
  }

  /** It turns out that nobody's data were in it. */
  async put_right(broken: Broken) {
    (await this.officer.assess(broken, 'none')).expect(200);
    for (const whom of Object.keys(broken.due) as ('controller' | 'authority' | 'people')[])
      (await this.officer.tell(broken, whom, { tell: false, reasons: 'Er stond niemand in.' })).expect(200);
    assert.equal((await this.officer.close(broken)).status, 409, 'not without its remedy');
    (await this.officer.change(broken, { remedy: 'Het adres is verbeterd.', policy_decision: 'Het blijft.' })).expect(200);
    (await this.officer.close(broken)).expect(200);
    broken.closed = true;
  }

  /** The other question: whoever agreed to the one before is to be asked again. */
  async change_policy() {
    const asked = (this.question = questions[1 - questions.indexOf(this.question)]!);
    this.server.options.policy = changed_policy(this.server.folder, (text) => text.replace(questions[0]!, asked));
    await this.server.restart();
    for (const { people } of this.alive())
      for (const person of people)
        if (person.consents && person.asked && person.asked != asked && !person.erased)
          assert.equal((await this.server.beat(person.viewer.t!, 100_000, [[0, 7]])).status, 401, `${person.name} agreed to another question`);
  }

  /** The power fails, with beats on their way; and nobody is there for some days. */
  async fail_for(ms: number) {
    const held = this.alive().find(({ event, ends }) => Date.parse(event.starts) < this.now() && this.now() < ends);
    const person = held?.people.find(({ consents, erased, asked }) => consents && !erased && asked == this.question);
    const lost = person && this.server.beat(person.viewer.t!, 200_000, [[0, 7]]).catch(() => undefined);
    await this.server.kill();
    await lost;
    this.server.clock.pass(ms);
    await this.server.start();
  }

  /** Somebody starts the program with its clock a year and more ahead, sees it, and sets it right. */
  async start_in_the_future() {
    await this.server.stop();
    this.server.clock.step(400 * day_ms);
    await this.server.start();
    const people = this.alive().map(({ event }) => number_of(this.server, event));
    for (const number of people)
      assert.equal(rows(this.server, 'control', 'select 1 from retention_run where property = ?', number).length, 0, 'nothing ends by a clock that is wrong');
    await this.server.stop();
    this.server.clock.step(-400 * day_ms);
    await this.server.start();
  }

  /** The disk is lost, and last night's backup takes its place. Somebody who was erased in between does not come back. */
  async lose_disk(held: Held, person: Person) {
    const archive = join(this.server.folder, `backup-${++this.#count}`);
    await back_up(this.server, archive);
    await this.erase(held, person);
    const keys = `${archive}-keys`;
    await copy_keys(this.server, keys);
    await restart_on(this.server, archive, keys);
    rmSync(archive);
    rmSync(keys);
    assert.deepEqual(stores_with(this.server, person.email), []);
  }

  // ---- what must hold --------------------------------------------------------------------------------------

  async check() {
    assert.equal((await this.server.local('/health')).status, 200);
    for (const held of this.alive()) {
      const over_at = held.ends + kept_ms;
      if (this.now() > over_at + margin_ms) await this.check_over(held);
      else if (this.now() < over_at - margin_ms) await this.check_held(held);
    }
    await this.check_requests();
    await this.check_incidents();
    await this.check_journal();
    this.check_mails();
    for (let i = 0; i < sought_each_step && this.gone.length > 0; ++i) {
      const canary = this.random.one_of(this.gone);
      assert.deepEqual(stores_with(this.server, canary), [], canary);
    }
  }

  /** Everybody is there with exactly the time that they were there for. */
  async check_held(held: Held) {
    const event = await this.staff.event(held.event.event);
    assert.equal(Date.parse(event.deletes_at!), held.ends + kept_ms, 'the day on which it goes does not move');
    if (event.kind == 'live' && this.now() < held.ends) {
      const local = new Intl.DateTimeFormat('nl-BE', { timeStyle: 'short', timeZone: event.time_zone }).format(Date.parse(event.starts));
      assert.ok((await this.server.page(`/e/${event.event}`, 'nl')).text.includes(local), `${event.starts} is ${local} in ${event.time_zone}`);
    }
    const { people } = await this.staff.people(held.event);
    const expected = held.people.filter(({ erased }) => !erased);
    assert.deepEqual(people.map(({ email }) => email).sort(), expected.map(({ email }) => email).sort());
    for (const person of expected) {
      const row = people.find(({ email }) => email == person.email)!;
      const what = `${person.name} of ${held.event.event}`;
      about(row.active_s, person.active_ms, `${what}, active`);
      about(row.open_s, person.open_ms, `${what}, open`);
    }
  }

  async check_over(held: Held) {
    await ended(this.server, this.staff, held.event);
    held.over = true;
    assert.deepEqual((await this.staff.people(held.event)).people, []);
    const number = number_of(this.server, held.event);
    for (const table of ['person', 'mail_index', 'link', 'viewer'])
      assert.equal(rows(this.server, 'vault', `select count(*) as n from ${table} where property = ?`, number)[0].n, 0, table);
    for (const person of held.people) {
      if (person.erased) continue;
      (await this.server.page(`/e/${held.event.event}/me/${person.link}`)).expect(410);
      // Their requests are kept for a term of their own.
      if (!this.requests.some(({ name }) => name == person.name)) this.gone.push(person.name, person.email);
    }
  }

  async check_requests() {
    const shown = new Map((await desk(this.staff)).map((row): [string, RequestRow] => [row.request, row]));
    assert.equal(shown.size, this.requests.length);
    for (const asked of this.requests) {
      const row = shown.get(asked.request)!;
      assert.equal(Date.parse(row.due), asked.due, 'a day that was named does not move');
      assert.equal(row.state == 'decided' || row.state == 'closed', asked.decided, asked.request);
      if (!asked.decided && Math.abs(this.now() - asked.due) > margin_ms) assert.equal(row.stage == 'overdue', this.now() > asked.due, asked.request);
    }
  }

  /** Every clock runs on as it was set, whoever forgets it. */
  async check_incidents() {
    const shown = new Map((await this.officer.list()).map((one) => [one.incident, one]));
    assert.equal(shown.size, this.incidents.length);
    for (const broken of this.incidents) {
      const one = shown.get(broken.incident)!;
      assert.equal(one.closed != null, broken.closed);
      for (const duty of one.duties) {
        assert.equal(Date.parse(duty.due), broken.due[duty.whom]);
        if (!broken.closed && Math.abs(this.now() - Date.parse(duty.due)) > margin_ms)
          assert.equal(duty.late, this.now() > Date.parse(duty.due), `${broken.incident} ${duty.whom}`);
      }
    }
  }

  /** It verifies, and holds all that it held before. */
  async check_journal() {
    const folder = join(this.server.data, 'journal');
    const since = this.#checkpoint ? ['--since', this.#checkpoint] : [];
    let said = '';
    // A tile is there a moment before the checkpoint that signs it.
    await until('the journal to verify', () => {
      const { status, stdout, stderr } = spawnSync(binary, ['journal', 'verify', folder, '--key', this.key, ...since], { encoding: 'utf8' });
      said = stdout + stderr;
      return status == 0;
    }).catch((error) => assert.fail(`${error}\n${said}`));
    this.#checkpoint = join(this.server.folder, 'checkpoint');
    copyFileSync(join(folder, 'checkpoint'), this.#checkpoint);
  }

  /** Each personal link came once. */
  check_mails() {
    const links = new Map<string, number>();
    for (const mail of this.server.mails()) {
      const link = mail.links.map((url) => /\/watch\/([^/?]+)/.exec(url)?.[1]).find((token) => token);
      if (link) links.set(`${mail.to} ${link}`, (links.get(`${mail.to} ${link}`) ?? 0) + 1);
    }
    for (const [mail, times] of links) assert.equal(times, 1, mail);
  }
}

/** Between the messages of one viewing some real milliseconds go by too. */
function about(shown_s: number, expected_ms: number, what: string) {
  assert.ok(Math.abs(shown_s * 1_000 - expected_ms) <= real_ms_max, `${what}: ${shown_s} s for ${expected_ms / 1_000} s`);
}

/** 28 → "Bbb…": a family name of letters alone, each its own. */
function letters(number: number): string {
  let name = '';
  for (let left = number + 17_576; left > 0; left = Math.floor(left / 26)) name = String.fromCharCode(97 + (left % 26)) + name;
  return `Van${name}`;
}
