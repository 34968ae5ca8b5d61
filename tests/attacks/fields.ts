// Each text that an operation takes in its body: of JSON by its place, of a form by its name.
import type { Operation } from '../openapi/description.ts';
import type { House } from './house.ts';

type Place = (string | number)[];

function texts_in(value: unknown, at: Place = []): Place[] {
  if (typeof value == 'string') return [at];
  if (typeof value != 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => texts_in(one, [...at, Array.isArray(value) ? Number(name) : name]));
}

function put<T>(body: T, at: Place, text: unknown): T {
  const copy = structuredClone(body) as any;
  let inside = copy;
  for (const step of at.slice(0, -1)) inside = inside[step];
  inside[at.at(-1)!] = text;
  return copy;
}

/** A body that would be taken, but for these texts. */
export function filled_with(house: House, operation: Operation, texts: Map<string, string>): unknown {
  let { body } = house.body_of(operation);
  if (body instanceof URLSearchParams) return new URLSearchParams({ ...Object.fromEntries(body), ...Object.fromEntries(texts) });
  for (const at of texts_in(body)) if (texts.has(at.join('/'))) body = put(body, at, texts.get(at.join('/')));
  return body;
}

/** The names of an operation's texts. */
export function fields_of(house: House, operation: Operation): string[] {
  const { body } = house.body_of(operation);
  if (body instanceof URLSearchParams) return [...body.keys()];
  return body && typeof body == 'object' && !Buffer.isBuffer(body) ? texts_in(body).map((at) => at.join('/')) : [];
}
