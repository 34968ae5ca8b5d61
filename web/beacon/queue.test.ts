import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { acknowledge, age_max_ms, beats_max, messages, now, push, restart, sleep_ms } from './queue.ts';

beforeEach(() => restart());

const body = (time: number) => messages('token', time).map(({ n, b, m }) => (m ? { n, b, m } : { n, b }));

test('numbers begin at 1 and are not used again', () => {
  push(1_000, 3);
  push(2_000, 1);
  assert.deepEqual(body(2_500), [{ n: 1, b: [[1_500, 3], [500, 1]] }]);
  acknowledge(2);
  assert.deepEqual(body(2_500), []);
  push(3_000, 3);
  assert.deepEqual(body(3_000), [{ n: 3, b: [[0, 3]] }]);
  restart();
  push(4_000, 3);
  assert.equal(body(4_000)[0]!.n, 1);
});

test('an acknowledgement that comes late or twice changes nothing', () => {
  for (let beat = 0; beat < 5; ++beat) push(beat, 1);
  acknowledge(3);
  acknowledge(2);
  acknowledge(3);
  assert.deepEqual(body(4), [{ n: 4, b: [[1, 1], [0, 1]] }]);
});

test('ages are computed anew at each sending, in whole milliseconds', () => {
  push(1_000.4, 3);
  assert.deepEqual(body(1_001)[0]!.b, [[1, 3]]);
  assert.deepEqual(body(61_000)[0]!.b, [[60_000, 3]]);
});

test('a mark takes the number after its beat and ends its message', () => {
  push(0, 3);
  push(10, 3, ['click', 'play']);
  push(20, 1);
  const expected = [
    { n: 1, b: [[20, 3], [10, 3]], m: [[10, 'click', 'play']] },
    { n: 4, b: [[0, 1]] },
  ];
  assert.deepEqual(body(20), expected);
  // What the marked message held keeps its numbers when it is sent again.
  push(30, 3);
  assert.deepEqual(body(30)[0], { n: 1, b: [[30, 3], [20, 3]], m: [[20, 'click', 'play']] });
  acknowledge(1);
  assert.deepEqual(body(30)[0], { n: 2, b: [[20, 3]], m: [[20, 'click', 'play']] });
  acknowledge(3);
  assert.deepEqual(body(30), [{ n: 4, b: [[10, 1], [0, 3]] }]);
});

test('256 beats are kept, and of one more the oldest goes', () => {
  for (let beat = 0; beat < beats_max; ++beat) push(beat, 1);
  assert.equal(body(beats_max)[0]!.n, 1);
  push(beats_max, 1);
  const [message] = body(beats_max);
  assert.equal(message!.n, 2);
  assert.equal(message!.b.length, beats_max);
});

test('a beat is kept for five minutes and not longer', () => {
  push(0, 3);
  push(1_000, 1);
  assert.equal(body(age_max_ms)[0]!.n, 1);
  assert.equal(body(age_max_ms + 1)[0]!.n, 2);
  // It is gone, not only left out.
  assert.equal(body(age_max_ms)[0]!.n, 2);
});

test('sleep that the page did not notice counts as time passed', () => {
  let wall = Date.now();
  let awake = performance.now();
  const dates = mock.method(Date, 'now', () => wall);
  const pages = mock.method(performance, 'now', () => awake);
  const begin = now();
  const pass = (awake_ms: number, wall_ms: number) => {
    awake += awake_ms;
    wall += wall_ms;
    return Math.round(now() - begin);
  };
  assert.equal(pass(1_000, 1_000), 1_000);
  assert.equal(pass(1_000, 1_000 + 3_600_000), 3_602_000);
  // A clock that is set back, or forward by a little, does not move it.
  assert.equal(pass(1_000, 1_000 - 600_000), 3_603_000);
  assert.equal(pass(1_000, 1_000 + 600_000 + sleep_ms), 3_604_000);
  dates.mock.restore();
  pages.mock.restore();
});
