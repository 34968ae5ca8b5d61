// Reads mails out of a maildir. Only what Hartslag's own mails need: multipart, quoted-printable, base64, RFC 2047.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Part {
  type: string;
  file_name: string;
  content: string;
}

export interface Mail {
  file: string;
  /** All headers as they stand, unfolded; names in lower case. */
  headers: Map<string, string>;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  attachments: Part[];
  /** Every address of a page in the text, in its order. */
  links: string[];
}

const bytes_of_quoted = (text: string) =>
  Buffer.from(
    text.replace(/=\r?\n/g, '').replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );

const decode_words = (text: string) =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, data: string) =>
      kind.toUpperCase() == 'B'
        ? Buffer.from(data, 'base64').toString('latin1')
        : bytes_of_quoted(data.replace(/_/g, ' ')).toString('latin1'))
    .replace(/[\x80-\xff]+/g, (bytes) => Buffer.from(bytes, 'latin1').toString('utf8'));

function take_apart(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.search(/\r?\n\r?\n/);
  const head = raw.slice(0, end).replace(/\r?\n[ \t]+/g, ' ');
  const headers = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: raw.slice(end).replace(/^\r?\n\r?\n/, '') };
}

function parts_of(raw: string): Part[] {
  const { headers, body } = take_apart(raw);
  const type = headers.get('content-type') ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary) {
    return body
      .split(new RegExp(`\\r?\\n?--${boundary.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:--)?(?:\\r?\\n|$)`))
      .slice(1, -1)
      .flatMap(parts_of);
  }
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase();
  const bytes =
    encoding == 'base64' ? Buffer.from(body, 'base64')
    : encoding == 'quoted-printable' ? bytes_of_quoted(body)
    : Buffer.from(body, 'latin1');
  const file_name = /filename\*?="?(?:utf-8'')?([^";]+)"?/i.exec(headers.get('content-disposition') ?? '')?.[1] ?? '';
  return [{ type: type.split(';')[0]!.trim(), file_name, content: bytes.toString('utf8') }];
}

const address_of = (value = '') => /<([^>]*)>/.exec(value)?.[1] ?? value;

export function read_mail(file: string, raw: string): Mail {
  const { headers } = take_apart(raw);
  const parts = parts_of(raw.endsWith('\n') ? raw : `${raw}\r\n`);
  const own = (type: string) => parts.find((part) => part.type == type && !part.file_name)?.content ?? '';
  const text = own('text/plain').replace(/\r\n/g, '\n');
  return {
    file,
    headers,
    from: address_of(headers.get('from')),
    to: address_of(headers.get('to')),
    subject: decode_words(headers.get('subject') ?? ''),
    text,
    html: own('text/html'),
    attachments: parts.filter((part) => part.file_name),
    links: text.match(/https?:\/\/[^\s<>()]+/g) ?? [],
  };
}

/** All mails of a maildir, in no order. */
export function read_maildir(folder: string): Mail[] {
  const place = join(folder, 'new');
  if (!existsSync(place)) return [];
  return readdirSync(place).map((name) => read_mail(name, readFileSync(join(place, name), 'latin1')));
}
