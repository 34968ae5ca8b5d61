// The checker itself: it must see what is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checker, type Schema } from './schema.ts';

const checker = new Checker({ components: { schemas: { Slug: { type: 'string', pattern: '^[a-z]+$' } } } });
const slug = { $ref: '#/components/schemas/Slug' };
const object = { type: 'object', required: ['a'], properties: { a: slug, b: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] } }, additionalProperties: false };
const pair = { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }], minItems: 2, maxItems: 2, items: false };

const cases: [unknown, Schema, number][] = [
  ['abc', slug, 0], ['Abc', slug, 1], [3, slug, 1],
  [{ a: 'x' }, object, 0], [{ a: 'x', b: 2 }, object, 0], [{ a: 'x', b: null }, object, 0],
  [{ b: 2 }, object, 1], [{ a: 'x', b: 0 }, object, 1], [{ a: 'x', b: 1.5 }, object, 1], [{ a: 'x', c: 1 }, object, 1], [[], object, 1], [null, object, 1],
  [[1, 'x'], pair, 0], [['x', 1], pair, 2], [[1, 'x', 2], pair, 2], [[1], pair, 1],
  ['2026-11-22T14:00:00.000Z', { format: 'date-time' }, 0], ['soon', { format: 'date-time' }, 1], ['nowhere', { format: 'uri' }, 1],
  ['y', { enum: ['x'] }, 1], ['y', { const: 'y' }, 0], ['', { type: 'string', minLength: 1 }, 1], [{ k: 1 }, { type: 'object', additionalProperties: { type: 'string' } }, 1],
];

for (const [value, schema, wrong] of cases) {
  test(`${JSON.stringify(value)} against ${JSON.stringify(schema)}: ${wrong} wrong`, () => {
    assert.equal(checker.wrong(value, schema).length, wrong, checker.wrong(value, schema).join('\n'));
  });
}

test('a keyword that is not known is an error', () => assert.throws(() => checker.wrong(1, { multipleOf: 2 }), /nobody checks/));
