// JSON Schema 2020-12, as far as docs/openapi.json uses it. A keyword that is not known here is an error, so that nothing is
// silently left unchecked.

export type Schema = Record<string, unknown>;

const annotations = new Set(['description', 'default', 'contentEncoding']);

function type_of(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function is_type(value: unknown, type: string): boolean {
  if (type == 'integer') return Number.isInteger(value);
  return type_of(value) == type;
}

export class Checker {
  readonly #document: Record<string, unknown>;

  constructor(document: Record<string, unknown>) {
    this.#document = document;
  }

  /** What "#/components/…" points at. */
  resolve<T = Schema>(pointer: string): T {
    let at: unknown = this.#document;
    for (const name of pointer.replace('#/', '').split('/')) {
      at = (at as Record<string, unknown> | undefined)?.[name.replace(/~1/g, '/').replace(/~0/g, '~')];
    }
    if (at === undefined) throw new Error(`${pointer} leads nowhere`);
    return at as T;
  }

  /** What is wrong with a value, with where; nothing if it is right. */
  wrong(value: unknown, schema: Schema, where = ''): string[] {
    return Object.entries(schema).flatMap(([keyword, wanted]) => this.#keyword(value, keyword, wanted, schema, where));
  }

  #keyword(value: unknown, keyword: string, wanted: any, schema: Schema, where: string): string[] {
    const say = (holds: boolean) => (holds ? [] : [`${where || '/'}: ${JSON.stringify(value)?.slice(0, 200)} against ${keyword} ${JSON.stringify(wanted)}`]);
    const [is_text, is_number] = [typeof value == 'string', typeof value == 'number'];
    const list = Array.isArray(value) ? (value as unknown[]) : undefined;
    const object = type_of(value) == 'object' ? (value as Record<string, unknown>) : undefined;
    switch (keyword) {
      case '$ref': return this.wrong(value, this.resolve(wanted), where);
      case 'type': return say(is_type(value, wanted));
      case 'const': return say(value === wanted);
      case 'enum': return say(wanted.includes(value));
      case 'anyOf': return say(wanted.some((one: Schema) => this.wrong(value, one, where).length == 0));
      case 'pattern': return say(!is_text || new RegExp(wanted, 'u').test(value as string));
      case 'minLength': return say(!is_text || [...(value as string)].length >= wanted);
      case 'maxLength': return say(!is_text || [...(value as string)].length <= wanted);
      case 'format': return say(!is_text || (wanted == 'uri' ? URL.canParse(value as string) : !Number.isNaN(Date.parse(value as string))));
      case 'minimum': return say(!is_number || (value as number) >= wanted);
      case 'maximum': return say(!is_number || (value as number) <= wanted);
      case 'minItems': return say(!list || list.length >= wanted);
      case 'maxItems': return say(!list || list.length <= wanted);
      case 'prefixItems': return (list ?? []).flatMap((item, i) => (wanted[i] ? this.wrong(item, wanted[i], `${where}/${i}`) : []));
      case 'items': {
        const rest = (list ?? []).slice((schema['prefixItems'] as unknown[] | undefined)?.length ?? 0);
        if (wanted === false) return say(rest.length == 0);
        return rest.flatMap((item, i) => this.wrong(item, wanted, `${where}/${i}`));
      }
      case 'required': return object ? wanted.flatMap((name: string) => (name in object ? [] : [`${where || '/'}: ${name} is missing`])) : [];
      case 'properties':
        return Object.entries(object ?? {}).flatMap(([name, item]) => (wanted[name] ? this.wrong(item, wanted[name], `${where}/${name}`) : []));
      case 'additionalProperties': {
        const known = (schema['properties'] ?? {}) as Schema;
        const others = Object.entries(object ?? {}).filter(([name]) => !(name in known));
        if (wanted === true) return [];
        if (wanted === false) return others.map(([name]) => `${where}/${name}: nothing of this name is described`);
        return others.flatMap(([name, item]) => this.wrong(item, wanted, `${where}/${name}`));
      }
      default:
        if (annotations.has(keyword)) return [];
        throw new Error(`${where}: ${keyword} is a keyword that nobody checks`);
    }
  }
}
