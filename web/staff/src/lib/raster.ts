// A person's time as spans. The server sends a raster: two bits per cell (0 absent, 1 open elsewhere, 2 active), cell 0 in
// the lowest bits of byte 0, as base64. Spans are what is drawn: fractions of the whole, 0 … 1, in order.

export interface Span {
  from: number;
  to: number;
  state: 'open' | 'active';
}

export function spans_of_line(line: string | undefined, cells: number): Span[] {
  if (!line || cells < 1) return [];
  let bytes: string;
  try {
    bytes = atob(line);
  } catch {
    return [];
  }
  const spans: Span[] = [];
  let began = 0;
  let held = 0;
  for (let cell = 0; cell <= cells; ++cell) {
    const state = cell < cells ? (bytes.charCodeAt(cell >> 2) >> ((cell & 3) * 2)) & 3 : 0;
    if (state === held) continue;
    if (held !== 0) spans.push({ from: began / cells, to: cell / cells, state: held === 2 ? 'active' : 'open' });
    began = cell;
    held = state;
  }
  return spans;
}

/** Unites exact intervals of several sessions: active wins over open, so that two devices never count double. */
export function spans_of_intervals(
  intervals: readonly { start: string; end: string; action: string }[],
  from_ms: number,
  to_ms: number,
): Span[] {
  const length = to_ms - from_ms;
  if (length <= 0) return [];
  const edges = intervals.flatMap((one) => {
    const kind = one.action === 'active' ? 1 : 0;
    return [
      { at: Math.max(from_ms, Date.parse(one.start)), kind, step: 1 },
      { at: Math.min(to_ms, Date.parse(one.end)), kind, step: -1 },
    ];
  });
  edges.sort((a, b) => a.at - b.at);
  const open = [0, 0];
  const spans: Span[] = [];
  let last = from_ms;
  for (const edge of edges) {
    const state = open[1] ? 'active' : open[0] ? 'open' : null;
    if (state && edge.at > last) {
      const before = spans.at(-1);
      const from = (last - from_ms) / length;
      const to = (edge.at - from_ms) / length;
      if (before && before.state === state && before.to === from) before.to = to;
      else spans.push({ from, to, state });
    }
    last = Math.max(last, edge.at);
    open[edge.kind]! += edge.step;
  }
  return spans;
}
