// A value that a JSON Schema would take, as plain as can be.
import { checker } from '../openapi/description.ts';
import type { Schema } from '../openapi/schema.ts';

const day_ms = 86_400_000;
/** The spellings of docs/openapi.json: what is tried for a pattern. */
const spellings = ['0'.repeat(26), '0'.repeat(16), 'a', 'A'.repeat(32), 'A'.repeat(43), 'lezing', '2026-11-20', 'WEBVTT', '/problems/none', '1'];

function text_of(schema: Schema): string | undefined {
  if (schema['format'] == 'date-time') return new Date(Date.now() + day_ms).toISOString();
  if (schema['format'] == 'date') return '2026-11-20';
  if (schema['format'] == 'uri') return 'https://www.lichtbeeld.example/';
  const pattern = schema['pattern'] as string | undefined;
  if (pattern) return spellings.find((one) => new RegExp(pattern, 'u').test(one));
  return 'woord'.padEnd(Number(schema['minLength'] ?? 0), 'x');
}

/** Undefined where the schema says too little to make something of it: a name that is neither spelt nor listed. */
export function made_of(schema: Schema, inside = false): unknown {
  if ('$ref' in schema) return made_of(checker.resolve(schema['$ref'] as string), inside);
  if ('const' in schema) return schema['const'];
  if ('default' in schema) return schema['default'];
  if ('enum' in schema) return (schema['enum'] as unknown[])[0];
  if ('anyOf' in schema) return made_of((schema['anyOf'] as Schema[])[0]!, inside);
  switch (schema['type']) {
    case 'string': return inside || 'pattern' in schema || 'format' in schema ? text_of(schema) : undefined;
    case 'integer': case 'number': return schema['minimum'] ?? 1;
    case 'boolean': return true;
    case 'array': {
      if ('prefixItems' in schema) return (schema['prefixItems'] as Schema[]).map((one) => made_of(one, true));
      return [made_of((schema['items'] ?? { type: 'string' }) as Schema, true)];
    }
    case 'object': {
      const made: Record<string, unknown> = {};
      for (const [name, one] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)) made[name] = made_of(one, true);
      const others = schema['additionalProperties'];
      if (others && typeof others == 'object') made['nl'] = made_of(others as Schema, true);
      return made;
    }
    default: return undefined;
  }
}
