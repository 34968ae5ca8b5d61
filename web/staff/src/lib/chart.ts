// How the two charts are drawn with uPlot: people present (active solid below, open elsewhere hatched above it) and people
// coming and going (up and down bars). Values are named at the curve itself, so no legend is needed.
import uPlot from 'uplot';
import { hatch } from './hatch.ts';
import { number, t } from './texts.svelte.ts';
import { token } from './theme.svelte.ts';
import { clock, day } from './time.ts';
import type { Moment } from './types.ts';

export interface Drawing {
  zone: string;
  /** Seconds since the epoch. */
  from: number;
  to: number;
  moments: readonly Moment[];
  labels: readonly [string, string];
  /** Called with seconds when somebody marks a stretch by dragging. */
  on_range?: ((from: number, to: number) => void) | undefined;
  on_cursor: (index: number | null) => void;
}

const font = (size: number): string => `${size}px Inter, system-ui, sans-serif`;
const long_s = 36 * 3600;
const narrow_below = 520;
/** Room at the right of a wide chart for the names of what is drawn; the same for both, so that their times line up. */
const label_room = 112;

function axes(drawing: Drawing, narrow: boolean): uPlot.Axis[] {
  const common: uPlot.Axis = {
    stroke: () => token('--ink-soft'),
    font: font(12),
    ticks: { show: false },
    grid: { stroke: () => token('--line'), width: 1 },
  };
  return [
    {
      ...common,
      grid: { show: false },
      size: 32,
      space: 64,
      values: (_u, splits) =>
        splits.map((at) => (drawing.to - drawing.from > long_s ? day(at * 1000, drawing.zone) : clock(at * 1000, drawing.zone))),
    },
    {
      ...common,
      size: narrow ? 36 : 48,
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000],
      values: (_u, splits) => splits.map((value) => number(Math.abs(value))),
    },
  ];
}

/**
 * Writes the moments of the programme as thin lines with their name, in two rows; a name that finds room in neither is left
 * to the list.
 */
function draw_moments(u: uPlot, drawing: Drawing): void {
  const { ctx } = u;
  const scale = devicePixelRatio || 1;
  ctx.save();
  ctx.font = font(12 * scale);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  const free_from = [-Infinity, -Infinity];
  for (const moment of drawing.moments) {
    const at = Date.parse(moment.at) / 1000;
    if (at < drawing.from || at > drawing.to) continue;
    const x = Math.round(u.valToPos(at, 'x', true)) + 0.5;
    ctx.strokeStyle = token('--ink-soft');
    ctx.setLineDash([3 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, u.bbox.top - 6 * scale);
    ctx.lineTo(x, u.bbox.top + u.bbox.height);
    ctx.stroke();
    const width = ctx.measureText(moment.label).width;
    const left = Math.min(x + 4 * scale, u.bbox.left + u.bbox.width - width);
    const row = free_from.findIndex((from) => from <= left);
    if (row < 0) continue;
    ctx.fillStyle = token('--ink');
    ctx.fillText(moment.label, left, u.bbox.top - (20 + 16 * row) * scale);
    free_from[row] = left + width + 12 * scale;
  }
  ctx.restore();
}

/**
 * Names the two areas in the margin at the right, at the height that they have where most people were still there; kept
 * apart when they lie close together. The exact values stand in the line above the chart.
 */
function draw_labels(u: uPlot, drawing: Drawing): void {
  const scale = devicePixelRatio || 1;
  const everybody = u.data[1] as number[];
  let last = everybody.length - 1;
  if (last < 0 || u.width < narrow_below) return;
  const most = everybody.reduce((high, value) => Math.max(high, value), 0);
  while (last > 0 && everybody[last]! < most / 2) --last;
  const { ctx } = u;
  const end = u.valToPos(u.data[0].at(-1)!, 'x', true);
  const active = Number(u.data[2]![last]);
  const y_active = Math.min(u.valToPos(active / 2, 'y', true), u.bbox.top + u.bbox.height - 8 * scale);
  const y_open = Math.min(u.valToPos((active + everybody[last]!) / 2, 'y', true), y_active - 18 * scale);
  ctx.save();
  ctx.font = `600 ${font(12 * scale)}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = token('--active');
  ctx.fillText(drawing.labels[0], end + 10 * scale, y_active);
  ctx.fillStyle = token('--open-ink');
  ctx.fillText(drawing.labels[1], end + 10 * scale, y_open);
  ctx.restore();
}

function base(drawing: Drawing, width: number, height: number): Omit<uPlot.Options, 'series'> {
  const narrow = width < narrow_below;
  return {
    width,
    height,
    legend: { show: false },
    padding: [drawing.moments.length > 1 ? 42 : drawing.moments.length ? 26 : 10, narrow ? 20 : label_room, 0, 0],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), drawing.zone),
    axes: axes(drawing, narrow),
    cursor: {
      y: false,
      points: { size: 8 },
      drag: { x: Boolean(drawing.on_range), y: false, setScale: false },
    },
    scales: { x: { time: true, range: () => [drawing.from, drawing.to] } },
  };
}

function hooks(drawing: Drawing, draw: (u: uPlot) => void): uPlot.Hooks.Arrays {
  return {
    draw: [draw],
    setCursor: [(u) => drawing.on_cursor(u.cursor.idx ?? null)],
    setSelect: [
      (u) => {
        if (!drawing.on_range || u.select.width < 4) return;
        drawing.on_range(u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x'));
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      },
    ],
  };
}

const paint = (name: string) => (): string => token(name);

/** Data: seconds, active plus open, active. */
export function presence_chart(drawing: Drawing, width: number, height: number): uPlot.Options {
  const options = base(drawing, width, height);
  return {
    ...options,
    scales: { ...options.scales, y: { range: (_u, _low, high) => [0, Math.max(5, (high ?? 0) * 1.08)] } },
    series: [
      {},
      {
        label: drawing.labels[1],
        stroke: paint('--open'),
        width: 1.5,
        fill: (u) => hatch(u.ctx, token('--open'), devicePixelRatio || 1) as string,
        points: { show: false },
      },
      {
        label: drawing.labels[0],
        stroke: paint('--active'),
        width: 1.5,
        fill: paint('--active-area'),
        points: { show: false },
      },
    ],
    hooks: hooks(drawing, (u) => {
      draw_moments(u, drawing);
      draw_labels(u, drawing);
    }),
  };
}

/**
 * How high the bars of one direction may rise. Everybody comes when it begins and goes when it ends: those bars, two at
 * most, would flatten all that happens between, so they are cut off and say their number.
 */
function bar_limit(values: readonly number[]): number {
  const sizes = values.map(Math.abs).filter((size) => size > 0).sort((a, b) => a - b);
  const most = sizes.at(-1) ?? 0;
  const third = sizes.at(-3) ?? most;
  return Math.max(2, most > third * 3 ? third * 1.5 : most * 1.1);
}

function draw_cut_bars(u: uPlot): void {
  const { ctx } = u;
  const scale = devicePixelRatio || 1;
  const { left, top, width, height } = u.bbox;
  ctx.save();
  ctx.font = `600 ${font(12 * scale)}`;
  for (const series of [1, 2]) {
    const values = u.data[series] as number[];
    const limit = bar_limit(values);
    const y = series === 1 ? top : top + height;
    values.forEach((value, i) => {
      const at = u.data[0][i]!;
      if (Math.abs(value) <= limit || at < u.scales['x']!.min! || at > u.scales['x']!.max!) return;
      const x = u.valToPos(at, 'x', true);
      const on_left = x > left + width / 2;
      ctx.textAlign = on_left ? 'right' : 'left';
      ctx.textBaseline = series === 1 ? 'top' : 'bottom';
      ctx.fillStyle = token('--ink');
      ctx.fillText(number(Math.abs(value)), x + (on_left ? -10 : 10) * scale, y);
      // A gap in the bar, near its end, says that it goes on.
      ctx.fillStyle = token('--paper');
      ctx.fillRect(x - 12 * scale, y + (series === 1 ? 8 : -11) * scale, 24 * scale, 3 * scale);
    });
  }
  ctx.restore();
}

/** Data: seconds at the middle of each step, arrivals, departures below zero. */
export function movement_chart(drawing: Drawing, width: number, height: number): uPlot.Options {
  const options = base(drawing, width, height);
  const bars = uPlot.paths.bars?.({ size: [0.7, 40], align: 0 });
  const common: Partial<uPlot.Series> = { ...(bars && { paths: bars }), points: { show: false } };
  return {
    ...options,
    scales: {
      ...options.scales,
      y: { range: (u) => [-bar_limit(u.data[2] as number[]), bar_limit(u.data[1] as number[])] },
    },
    series: [
      {},
      { ...common, label: drawing.labels[0], stroke: paint('--ink'), width: 0, fill: paint('--ink') },
      { ...common, label: drawing.labels[1], stroke: paint('--ink'), width: 1, fill: paint('--paper') },
    ],
    hooks: hooks(drawing, (u) => {
      draw_moments(u, drawing);
      const { ctx } = u;
      const scale = devicePixelRatio || 1;
      const y = Math.round(u.valToPos(0, 'y', true)) + 0.5;
      draw_cut_bars(u);
      ctx.save();
      ctx.strokeStyle = token('--ink-soft');
      ctx.beginPath();
      ctx.moveTo(u.bbox.left, y);
      ctx.lineTo(u.bbox.left + u.bbox.width, y);
      ctx.stroke();
      ctx.font = `600 ${font(12 * scale)}`;
      ctx.fillStyle = token('--ink');
      ctx.textAlign = 'left';
      ctx.textBaseline = 'middle';
      const x = u.bbox.left + u.bbox.width + 10 * scale;
      if (u.width >= narrow_below) {
        ctx.fillText(`↑ ${drawing.labels[0]}`, x, y - 14 * scale);
        ctx.fillText(`↓ ${drawing.labels[1]}`, x, y + 14 * scale);
      }
      ctx.restore();
    }),
  };
}

/** The chart as a picture: its canvas on paper, under a title and the names of what is drawn. */
export function picture_of(u: uPlot, title: string, subtitle: string): Promise<Blob | null> {
  const scale = devicePixelRatio || 1;
  const head = 56 * scale;
  const from = u.ctx.canvas;
  const canvas = document.createElement('canvas');
  canvas.width = from.width + 32 * scale;
  canvas.height = from.height + head + 16 * scale;
  const ctx = canvas.getContext('2d');
  if (!ctx) return Promise.resolve(null);
  ctx.fillStyle = token('--paper');
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = token('--ink');
  ctx.font = `600 ${font(16 * scale)}`;
  ctx.textBaseline = 'top';
  ctx.fillText(title, 16 * scale, 12 * scale);
  ctx.fillStyle = token('--ink-soft');
  ctx.font = font(12 * scale);
  ctx.fillText(subtitle || t('staff.chart.present'), 16 * scale, 34 * scale);
  ctx.drawImage(from, 16 * scale, head);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
