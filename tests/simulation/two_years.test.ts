// Two years of an organisation, in about a minute: events, consents, withdrawals, erasures, requests, incidents, another policy,
// power cuts, weeks in which nobody is there, clocks that jump, a leap day, four changes of the hour. After every step
// everything that was promised holds. The seed is printed; with it as SEED the run comes again.
import { after, before, test } from 'node:test';
import { Random } from '../support/random.ts';
import { day_ms, minute_ms } from '../support/retention.ts';
import { World, hour_ms, type Held, type Person } from './world.ts';

const random = Random.of_environment();
const years_ms = 731 * day_ms;
let world: World;

before(async () => {
  console.log(`SEED=${random.seed}`);
  world = await World.begin(random);
});
after(() => world?.server.end());

/** What may happen, and how often. */
const steps: [weight: number, name: string, run: () => Promise<unknown> | undefined][] = [
  [5, 'an event is planned', () => (world.alive().length < 4 ? world.plan_event() : undefined)],
  [6, 'people register', () => {
    const held = coming();
    return held && Promise.all([world.register(held, true), world.register(held, !world.random.once_in(3))]);
  }],
  [6, 'an event is held', () => {
    const held = coming();
    return held && world.hold(held);
  }],
  [3, 'somebody is erased', () => {
    const person = somebody();
    return person && world.erase(...person);
  }],
  [3, 'somebody asks', () => {
    const person = somebody();
    return person && world.ask(person[1]);
  }],
  [3, 'a request is decided', () => {
    const open = world.requests.filter(({ decided }) => !decided);
    return open.length > 0 ? world.decide(world.random.one_of(open)) : undefined;
  }],
  [2, 'something goes wrong', () => {
    const held = coming();
    return held && world.go_wrong(held);
  }],
  [2, 'an incident is put right', () => {
    const open = world.incidents.filter(({ closed }) => !closed);
    return open.length > 0 ? world.put_right(world.random.one_of(open)) : undefined;
  }],
  [1, 'the policy changes', () => world.change_policy()],
  [3, 'the power fails', () => world.fail_for(0)],
  [3, 'the disk is lost', () => {
    const person = somebody();
    return person && world.lose_disk(...person);
  }],
  [1, 'nobody is there for weeks', () => world.fail_for(day_ms * (1 + world.random.between(0, 40)))],
  [1, 'it starts with a wrong clock', () => world.start_in_the_future()],
  [2, 'the clock is set back', async () => world.server.clock.step(-world.random.between(0, hour_ms))],
];

/** One whose time is to come, or is now. */
function coming() {
  const held = world.alive().filter(({ ends }) => world.now() < ends - 30 * minute_ms);
  return held.length > 0 ? world.random.one_of(held) : undefined;
}

/** Somebody who asked for nothing yet, and whose data are there. */
function somebody(): [Held, Person] | undefined {
  const asked = new Set(world.requests.map(({ name }) => name));
  const found = world.alive().flatMap((held) =>
    held.people.filter(({ erased, name }) => !erased && !asked.has(name)).map((person): [Held, Person] => [held, person]));
  return found.length > 0 ? world.random.one_of(found) : undefined;
}

test('X04 two years go by, and after each step everything promised holds', async (t) => {
  const start = world.now();
  const weights = steps.reduce((sum, [weight]) => sum + weight, 0);
  while (world.now() < start + years_ms) {
    let left = world.random.between(0, weights - 1);
    const [, name, run] = steps.find(([weight]) => (left -= weight) < 0)!;
    const done = run();
    if (!done) {
      world.server.clock.pass(world.random.between(0, 4 * day_ms));
      continue;
    }
    await done;
    world.server.clock.pass(world.random.between(0, 6 * day_ms));
    const date = new Date(world.now()).toISOString().slice(0, 16);
    t.diagnostic(`${date} ${name}`);
    await world.check();
  }
});
