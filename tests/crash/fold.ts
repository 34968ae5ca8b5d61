// The contract's fold once more, written from its words alone, for beats whose times are known within bounds.
//
// A beat's time is receipt − age, and the age is told at sending: so the server puts a beat that was observed at `at_ms`
// no earlier than that, and later by no more than the message was on its way. `late_ms` is that bound, over all the
// sendings of which it is unknown which one arrived first. Two beats in a row never have equal facts in a test's ledger,
// nor do any two of four, so that each credited span is an interval of its own, and one that is missing, doubled or out of
// order shows.

export interface Beat {
  at_ms: number;
  /** As sent: with bits that the policy does not declare, or −1. */
  facts: number;
  late_ms: number;
}

export interface Interval {
  start_ms: number;
  end_ms: number;
  facts: number;
}

interface Bounds {
  low: number;
  high: number;
}

export const gap_ms = 15_000;
/** The server's clock counts whole milliseconds, and so does ours. */
const rounding_ms = 3;

function times_of(beats: readonly Beat[]): Bounds[] {
  let low = -Infinity;
  let high = -Infinity;
  return beats.map(({ at_ms, late_ms }) => {
    low = Math.max(low, at_ms - rounding_ms);
    high = Math.max(high, at_ms + late_ms + rounding_ms);
    return { low, high };
  });
}

const within = (value: number, { low, high }: Bounds) => value >= low && value <= high;

/** What is wrong with `intervals` as the fold of `beats`, or nothing. `declared` are the facts of the policy. */
export function wrong_with(intervals: readonly Interval[], beats: readonly Beat[], declared: number): string | undefined {
  const times = times_of(beats);
  let next = 0;
  for (let i = 0; i + 1 < beats.length; ++i) {
    const { facts } = beats[i]!;
    const [from, to] = [times[i]!, times[i + 1]!];
    if (facts == -1 || to.low - from.high > gap_ms) continue;
    const interval = intervals[next];
    if (
      interval && interval.facts == (facts & declared) && within(interval.start_ms, from) && within(interval.end_ms, to) &&
      interval.end_ms > interval.start_ms && interval.end_ms - interval.start_ms <= gap_ms
    ) {
      ++next;
      continue;
    }
    // At its bounds the span may be empty, or longer than the gap.
    const sure = to.low > from.high && to.high - from.low <= gap_ms;
    if (sure) {
      const span = JSON.stringify({ facts: facts & declared, from, to });
      return `beat ${i + 1} of ${beats.length} should give ${span}, and there is ${JSON.stringify(interval ?? null)}`;
    }
  }
  if (next < intervals.length) return `nothing gives ${JSON.stringify(intervals[next])}`;
  return undefined;
}
