// Passkeys as browsers have them (Web Authentication): what the server asks becomes what `navigator.credentials` takes, and
// what comes back is sent as base64url.

/** What a passkey is to sign. */
export interface PasskeyAsk {
  challenge: string;
  /** The host that passkeys are for. */
  party: string;
  /** Those of the account. */
  credentials: string[];
}

/** The same for a new one. */
export interface NewPasskeyAsk extends PasskeyAsk {
  site: string;
  user: string;
  email: string;
  algorithms: number[];
}

export interface ShownPasskey {
  credential: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
}

export interface NewPasskey {
  name: string;
  client_data: string;
  authenticator_data: string;
}

/** Whether this browser knows passkeys. */
export const knows_passkeys = (): boolean => typeof PublicKeyCredential === 'function';

/** The reader thought better of it, or it took too long: nothing that has to be told. */
export class Left extends Error {}

const timeout_ms = 5 * 60_000;

function bytes_of(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function text_of(bytes: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

const described = (ids: string[]): PublicKeyCredentialDescriptor[] => ids.map((id) => ({ type: 'public-key', id: bytes_of(id) }));

async function with_authenticator(act: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await act();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure;
  }
  throw new Left();
}

export async function show_passkey(asked: PasskeyAsk): Promise<ShownPasskey> {
  const credential = await with_authenticator(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytes_of(asked.challenge),
        rpId: asked.party,
        allowCredentials: described(asked.credentials),
        userVerification: 'preferred',
        timeout: timeout_ms,
      },
    }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    credential: text_of(credential.rawId),
    client_data: text_of(response.clientDataJSON),
    authenticator_data: text_of(response.authenticatorData),
    signature: text_of(response.signature),
  };
}

export async function make_passkey(asked: NewPasskeyAsk, name: string): Promise<NewPasskey> {
  const credential = await with_authenticator(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytes_of(asked.challenge),
        rp: { id: asked.party, name: asked.site },
        user: { id: bytes_of(asked.user), name: asked.email, displayName: asked.email },
        pubKeyCredParams: asked.algorithms.map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: described(asked.credentials),
        authenticatorSelection: { residentKey: 'discouraged', userVerification: 'preferred' },
        attestation: 'none',
        timeout: timeout_ms,
      },
    }),
  );
  const response = credential.response as AuthenticatorAttestationResponse;
  return { name, client_data: text_of(response.clientDataJSON), authenticator_data: text_of(response.getAuthenticatorData()) };
}
