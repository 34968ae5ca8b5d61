// docs/openapi.json, and a way to ask the server by it: each answer is held against what is described.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Asking } from '../support/http.ts';
import { root } from '../support/server.ts';
import { Checker, type Schema } from './schema.ts';

export interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  schema: Schema;
}

interface Content {
  schema?: Schema;
}

interface Described {
  description: string;
  headers?: Record<string, { schema: Schema }>;
  content?: Record<string, Content>;
}

export interface Operation {
  path: string;
  method: string;
  operationId: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required: boolean; content: Record<string, Content> };
  responses: Record<string, Described | { $ref: string }>;
  security: Record<string, string[]>[];
  /** What a member of staff has to be allowed, as the program's own table of routes says; absent: open to anybody. */
  'x-permission'?: string;
}

export const text = readFileSync(join(root, 'docs/openapi.json'), 'utf8');
export const document = JSON.parse(text);
export const checker = new Checker(document);

export const operations: Operation[] = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ ...operation, path, method })));

const deref = <T>(value: T | { $ref: string }): T =>
  value && typeof value == 'object' && '$ref' in value ? checker.resolve<T>(value.$ref) : (value as T);

export const parameters_of = (operation: Operation): Parameter[] => (operation.parameters ?? []).map((one) => deref<Parameter>(one));

export function operation_of(id: string): Operation {
  const found = operations.find(({ operationId }) => operationId == id);
  assert.ok(found, `no operation ${id} is described`);
  return found;
}

const assert_right = (value: unknown, schema: Schema, what: string) => assert.deepEqual(checker.wrong(value, schema), [], what);

export interface Question extends Asking {
  /** Of path and query. */
  given?: Record<string, string>;
  /** A request that the description would not allow. */
  wrong?: boolean;
}

type Ask = (method: string, path: string, asking: Asking) => Promise<Answer>;

/** Asks by description; remembers which answers came. */
export class Asker {
  readonly seen = new Set<string>();

  async ask(ask: Ask, id: string, status: number, { given = {}, wrong = false, ...asking }: Question = {}): Promise<Answer> {
    const operation = operation_of(id);
    const answer = await ask(operation.method.toUpperCase(), this.#address(operation, given, wrong), asking);
    const what = `${id}: ${answer}`;
    assert.equal(answer.status, status, what);
    if (!wrong) this.#check_request(operation, asking, what);
    this.#check_answer(operation, answer, what);
    this.seen.add(`${id} ${status}`);
    return answer;
  }

  #address(operation: Operation, given: Record<string, string>, wrong: boolean): string {
    const query = new URLSearchParams();
    let path = operation.path;
    const parameters = parameters_of(operation);
    for (const [name, value] of Object.entries(given)) {
      const parameter = parameters.find((one) => one.name == name);
      assert.ok(parameter, `${operation.operationId} has no parameter ${name}`);
      const typed = /^-?\d+$/.test(value) && parameter.schema['type'] == 'integer' ? Number(value) : value;
      if (!wrong) assert_right(typed, parameter.schema, `${operation.operationId}: ${name}`);
      if (parameter.in == 'query') query.set(name, value);
      else path = path.replace(`{${name}}`, value);
    }
    assert.ok(!path.includes('{'), `${path} is not filled in`);
    return query.size ? `${path}?${query}` : path;
  }

  #check_request({ requestBody }: Operation, { body }: Asking, what: string) {
    if (!requestBody) return assert.equal(body, undefined, `${what}\nhas no body to send`);
    const { schema } = requestBody.content['application/json'] ?? {};
    if (schema && typeof body == 'object') assert_right(body, schema, what);
  }

  #check_answer({ responses }: Operation, answer: Answer, what: string) {
    const described = responses[String(answer.status)];
    assert.ok(described, `${what}\nthis status is not described`);
    const { headers, content } = deref<Described>(described);
    for (const name of Object.keys(headers ?? {})) assert.ok(answer.header(name), `${what}\nlacks the header ${name}`);
    const type = answer.header('content-type').split(';')[0]!;
    if (!content) return assert.equal(answer.bytes.length, 0, `${what}\nhas a body that is not described`);
    const fitting = content[type] ?? content['*/*'];
    assert.ok(fitting, `${what}\n${type} is not described`);
    if (!fitting.schema) return;
    assert_right(/json$/.test(type) ? answer.json() : answer.text, fitting.schema, what);
  }
}

/** A frame of a WebSocket against a schema of its name. */
export function check_frame(frame: unknown, name: string) {
  assert_right(frame, checker.resolve(`#/components/schemas/${name}`), name);
}
