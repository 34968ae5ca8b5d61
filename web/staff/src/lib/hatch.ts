// The hatching that stands for "open elsewhere" wherever something is drawn on a canvas, and how a timeline is drawn:
// active is solid and full height, open elsewhere hatched, absent the empty outline.
import type { Span } from './raster.ts';
import { token } from './theme.svelte.ts';

/** Lines of `colour` at 45° on a transparent ground; `scale` is device pixels per CSS pixel. */
export function hatch(ctx: CanvasRenderingContext2D, colour: string, scale: number): CanvasPattern | string {
  const size = Math.max(4, Math.round(5 * scale));
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const pen = tile.getContext('2d');
  if (!pen) return colour;
  pen.strokeStyle = colour;
  pen.lineWidth = Math.max(1, size / 3.4);
  pen.beginPath();
  // Drawn three times, so that the line goes on over the tile's edges.
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - 1, size + 1);
    pen.lineTo(shift + size + 1, -1);
  }
  pen.stroke();
  return ctx.createPattern(tile, 'repeat') ?? colour;
}

export function draw_spans(canvas: HTMLCanvasElement, spans: readonly Span[]): void {
  const scale = devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  if (!width || !height) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const ctx = canvas.getContext('2d');
  if (!ctx) return;
  ctx.clearRect(0, 0, width, height);
  ctx.strokeStyle = token('--control');
  ctx.lineWidth = Math.max(1, Math.round(scale));
  const half = ctx.lineWidth / 2;
  ctx.strokeRect(half, half, width - 2 * half, height - 2 * half);
  const open = token('--open');
  const pattern = spans.some((span) => span.state === 'open') ? hatch(ctx, open, scale) : open;
  for (const span of spans) {
    const from = Math.round(span.from * width);
    const to = Math.max(from + Math.ceil(scale), Math.round(span.to * width));
    ctx.fillStyle = span.state === 'active' ? token('--active-area') : pattern;
    ctx.fillRect(from, 0, to - from, height);
  }
}
