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

const font = (size: number): string => `${size}px "Inter Variable", system-ui, sans-serif`;
const long_s = 36 * 3600;

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

/** Writes the moments of the programme as thin lines with their name; a name that would cover another one is left to the list. */
function draw_moments(u: uPlot, drawing: Drawing): void {
  const { ctx } = u;
  const scale = devicePixelRatio || 1;
  ctx.save();
  ctx.font = font(12 * scale);
  ctx.textBaseline = 'top';
  let free_from = -Infinity;
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
    if (left < free_from) continue;
    ctx.fillStyle = token('--ink');
    ctx.fillText(moment.label, left, u.bbox.top - 20 * scale);
    free_from = left + width + 12 * scale;
  }
  ctx.restore();
}

/** Names each curve at its last value, kept apart when they lie close together. */
function draw_labels(u: uPlot, drawing: Drawing): void {
  const last = u.data[0].length - 1;
  if (last < 0 || u.bbox.width < 480 * (devicePixelRatio || 1)) return;
  const { ctx } = u;
  const scale = devicePixelRatio || 1;
  const x = u.valToPos(u.data[0][last]!, 'x', true) + 8 * scale;
  const active = Number(u.data[2]![last]);
  const all = Number(u.data[1]![last]);
  let y_low = u.valToPos(active / 2, 'y', true);
  let y_high = u.valToPos(all, 'y', true);
  y_low = Math.min(y_low, u.bbox.top + u.bbox.height - 8 * scale);
  y_high = Math.min(y_high, y_low - 18 * scale);
  ctx.save();
  ctx.font = `600 ${font(12 * scale)}`;
  ctx.textBaseline = 'middle';
  ctx.fillStyle = token('--active-ink') || token('--active');
  ctx.fillText(`${drawing.labels[0]} ${number(active)}`, x, y_low);
  ctx.fillStyle = token('--open-ink') || token('--open');
  ctx.fillText(`${drawing.labels[1]} ${number(all - active)}`, x, y_high);
  ctx.restore();
}

function base(drawing: Drawing, width: number, height: number, label_room = 0): Omit<uPlot.Options, 'series'> {
  const narrow = width < 520;
  return {
    width,
    height,
    legend: { show: false },
    padding: [drawing.moments.length ? 26 : 10, label_room && !narrow ? label_room : 12, 0, 0],
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
  const options = base(drawing, width, height, 136);
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
        fill: paint('--active'),
        points: { show: false },
      },
    ],
    hooks: hooks(drawing, (u) => {
      draw_moments(u, drawing);
      draw_labels(u, drawing);
    }),
  };
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
      y: { range: (_u, low, high) => [Math.min(-2, (low ?? 0) * 1.1), Math.max(2, (high ?? 0) * 1.1)] },
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
      ctx.save();
      ctx.strokeStyle = token('--ink-soft');
      ctx.beginPath();
      ctx.moveTo(u.bbox.left, y);
      ctx.lineTo(u.bbox.left + u.bbox.width, y);
      ctx.stroke();
      ctx.font = `600 ${font(12 * scale)}`;
      ctx.fillStyle = token('--ink');
      ctx.textAlign = 'right';
      const right = u.bbox.left + u.bbox.width - 4 * scale;
      ctx.textBaseline = 'top';
      ctx.fillText(`↑ ${drawing.labels[0]}`, right, u.bbox.top);
      ctx.textBaseline = 'bottom';
      ctx.fillText(`↓ ${drawing.labels[1]}`, right, u.bbox.top + u.bbox.height);
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
