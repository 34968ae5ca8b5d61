// A passkey in software (Web Authentication §6 and §7): what a browser and an authenticator would send, and what somebody else
// would send in their place.
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** What the server asks with. */
export interface Challenge {
  challenge: string;
  party: string;
  credentials: string[];
}

/** What an attacker has otherwise than it should be. */
export interface Falsehood {
  origin?: string;
  party?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  flags?: number;
  counter?: number;
}

const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();
const present_and_verified = 0x05;
const with_key = 0x40;

export class Passkey {
  readonly origin: string;
  readonly id = randomBytes(32);
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  counter = 0;

  constructor(origin: string) {
    this.origin = origin;
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#private = pair.privateKey;
    this.#public = pair.publicKey;
  }

  get credential(): string {
    return this.id.toString('base64url');
  }

  #client_data(type: string, asked: Challenge, false_: Falsehood): Buffer {
    return Buffer.from(JSON.stringify({
      type: false_.type ?? type,
      challenge: false_.challenge ?? asked.challenge,
      origin: false_.origin ?? this.origin,
      crossOrigin: false_.crossOrigin ?? false,
    }));
  }

  #authenticator_data(asked: Challenge, flags: number, rest: Buffer, false_: Falsehood): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(false_.counter ?? ++this.counter);
    return Buffer.concat([sha256(false_.party ?? asked.party), Buffer.of(false_.flags ?? flags), counter, rest]);
  }

  /** As for `navigator.credentials.create`. */
  make(asked: Challenge, false_: Falsehood = {}) {
    const { x, y } = this.#public.export({ format: 'jwk' }) as { x: string; y: string };
    const key = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url'), Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url'),
    ]);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(this.id.length);
    const data = this.#authenticator_data(asked, present_and_verified | with_key, Buffer.concat([Buffer.alloc(16), size, this.id, key]), false_);
    return {
      client_data: this.#client_data('webauthn.create', asked, false_).toString('base64url'),
      authenticator_data: data.toString('base64url'),
    };
  }

  /** As for `navigator.credentials.get`. */
  show(asked: Challenge, false_: Falsehood = {}) {
    const client_data = this.#client_data('webauthn.get', asked, false_);
    const data = this.#authenticator_data(asked, present_and_verified, Buffer.alloc(0), false_);
    return {
      credential: this.credential,
      client_data: client_data.toString('base64url'),
      authenticator_data: data.toString('base64url'),
      signature: sign('sha256', Buffer.concat([data, sha256(client_data)]), this.#private).toString('base64url'),
    };
  }
}
