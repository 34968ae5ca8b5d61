// The oracle itself: it must take what is right and see what is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrong_with, type Beat, type Interval } from './fold.ts';

const beat = (at_ms: number, facts: number, late_ms = 0): Beat => ({ at_ms, facts, late_ms });
const interval = (start_ms: number, end_ms: number, facts: number): Interval => ({ start_ms, end_ms, facts });
const beats = [beat(0, 1), beat(1_000, 3 | 64), beat(2_000, -1), beat(3_000, 7), beat(30_000, 5), beat(31_000, 2)];
const folded = [interval(0, 1_000, 1), interval(1_000, 2_000, 3), interval(30_000, 31_000, 5)];

test('the fold of the beats is right', () => assert.equal(wrong_with(folded, beats, 7), undefined));

test('a lost beat, a doubled one, one too many, one at another time are wrong', () => {
  assert.match(wrong_with([interval(0, 2_000, 1), folded[2]!], beats, 7)!, /beat 1 /);
  assert.match(wrong_with(folded.slice(0, 2), beats, 7)!, /beat 5 /);
  assert.match(wrong_with([...folded, interval(31_000, 32_000, 2)], beats, 7)!, /nothing gives/);
  assert.match(wrong_with([folded[0]!, interval(1_000, 1_500, 3), interval(1_500, 2_000, 1), folded[2]!], beats, 7)!, /beat 2 /);
  assert.match(wrong_with([folded[0]!, interval(1_000, 2_010, 3), folded[2]!], beats, 7)!, /beat 2 /);
  assert.match(wrong_with([folded[0]!, interval(1_000, 2_000, 67), folded[2]!], beats, 7)!, /beat 2 /);
});

test('a message that was late may move its beats, and swallow the next', () => {
  const late = [beat(0, 1), beat(1_000, 3, 1_500), beat(2_000, 5), beat(4_000, 0)];
  assert.equal(wrong_with([interval(0, 1_000, 1), interval(1_000, 2_000, 3), interval(2_000, 4_000, 5)], late, 7), undefined);
  assert.equal(wrong_with([interval(0, 2_400, 1), interval(2_400, 4_000, 5)], late, 7), undefined);
  assert.match(wrong_with([interval(0, 2_600, 1), interval(2_600, 4_000, 5)], late, 7)!, /beat 1 /);
});
