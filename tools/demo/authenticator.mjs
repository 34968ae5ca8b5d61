// An authenticator app, as the demo and the tests have one: RFC 6238 with HMAC-SHA-1, six digits, steps of 30 seconds.

import { createHmac } from 'node:crypto';

export const step_ms = 30_000;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function from_base32(text) {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The code of a step, counted from 1970, by a secret in base32. */
export function code_of(secret, step) {
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(BigInt(step));
  const mac = createHmac('sha1', from_base32(secret)).update(number).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
