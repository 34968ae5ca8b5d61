// The design tokens as the browser has them now: read from the style sheets that are loaded and from the mode that is on,
// so that nothing of it is a copy. Contrast is that of WCAG 2.2 (relative luminance of sRGB).

export interface Token {
  /** Without the two dashes: "ink-soft". */
  name: string;
  value: string;
}

/** Every token, in the order of tokens.css. */
export function all_tokens(): Token[] {
  const names = new Set<string>();
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!(rule instanceof CSSStyleRule) || rule.selectorText !== ':root') continue;
      for (const property of rule.style) if (property.startsWith('--')) names.add(property.slice(2));
    }
  }
  const now = getComputedStyle(document.documentElement);
  return [...names].map((name) => ({ name, value: now.getPropertyValue(`--${name}`).trim() }));
}

export const is_colour = ({ value }: Token): boolean => CSS.supports('color', value);

type Rgb = readonly [number, number, number];
let paper: CanvasRenderingContext2D | null = null;

/** Red, green and blue of any colour that the browser knows, 0 … 255. */
export function rgb_of(colour: string): Rgb {
  paper ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!paper) return [0, 0, 0];
  paper.fillStyle = colour;
  paper.fillRect(0, 0, 1, 1);
  const [red, green, blue] = paper.getImageData(0, 0, 1, 1).data;
  return [red!, green!, blue!];
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => (part <= 10.31475 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** 1 … 21 */
export function contrast(a: Rgb, b: Rgb): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

export type Use = 'text' | 'edge' | 'ground' | 'line';
/** What a colour must stand out by, on each ground that it is seen on. */
export const least: Record<Use, number> = { text: 4.5, edge: 3, ground: 0, line: 0 };

const uses: Record<string, { as: Use; on: readonly string[] }> = {
  ink: { as: 'text', on: ['paper', 'field', 'tint', 'tint-strong', 'line', 'fault-tint'] },
  'ink-soft': { as: 'text', on: ['paper', 'field', 'tint', 'tint-strong'] },
  paper: { as: 'ground', on: [] },
  field: { as: 'ground', on: [] },
  tint: { as: 'ground', on: [] },
  'tint-strong': { as: 'ground', on: [] },
  line: { as: 'line', on: ['paper'] },
  'line-strong': { as: 'line', on: ['paper'] },
  control: { as: 'edge', on: ['paper', 'field', 'tint'] },
  pulse: { as: 'edge', on: ['paper', 'tint'] },
  'pulse-fill': { as: 'ground', on: [] },
  'pulse-fill-strong': { as: 'ground', on: [] },
  'on-pulse': { as: 'text', on: ['pulse-fill', 'pulse-fill-strong'] },
  active: { as: 'text', on: ['paper', 'tint'] },
  'active-area': { as: 'edge', on: ['paper'] },
  open: { as: 'edge', on: ['paper'] },
  'open-ink': { as: 'text', on: ['paper', 'tint'] },
  fault: { as: 'text', on: ['paper', 'tint', 'fault-tint'] },
  'fault-tint': { as: 'ground', on: [] },
  focus: { as: 'edge', on: ['paper', 'field', 'tint', 'tint-strong'] },
};

export interface Seen {
  as: Use;
  on: { ground: string; contrast: number; enough: boolean }[];
}

/** How a colour is used and how it does there. One that nobody declared is held to be text on paper. */
export function seen(name: string, tokens: readonly Token[]): Seen {
  const { as, on } = uses[name] ?? { as: 'text', on: ['paper'] };
  const rgb = (one: string): Rgb => rgb_of(tokens.find((token) => token.name === one)?.value ?? '');
  const measured = on.map((ground) => ({ ground, contrast: contrast(rgb(name), rgb(ground)) }));
  return { as, on: measured.map((one) => ({ ...one, enough: one.contrast >= least[as] })) };
}
