// What comes before anything else: members read it, agree to it, and are trained.
import type { Answer } from './http.ts';
import type { Server } from './server.ts';
import type { Staff } from './staff.ts';

export interface Duty {
  duty: string;
  kind: 'read' | 'signed' | 'training';
  title: Record<string, string>;
  state: 'met' | 'never' | 'changed' | 'over';
  ends: string | null;
  text: Record<string, string> | null;
  version: string;
  done: string | null;
  signed_as: string;
}

export const duties_of = async (who: Staff): Promise<Duty[]> => (await who.get('/api/v1/me/duties')).expect(200).json();
export const duty_of = async (who: Staff, duty: string): Promise<Duty> => (await duties_of(who)).find((one) => one.duty == duty)!;

/** One agrees to a text, as it is in force. */
export async function agree(who: Staff, duty: string, given: object = {}): Promise<Answer> {
  const { version } = await duty_of(who, duty);
  return who.post(`/api/v1/me/duties/${duty}`, { version, language: 'nl', ...given });
}

/** Everything that is open. */
export async function acknowledge_all(server: Server, who: Staff, email: string): Promise<void> {
  for (const { duty, kind, state, version } of await duties_of(who)) {
    if (state == 'met') continue;
    if (kind == 'training') {
      (await server.train(email, duty)).expect(204);
    } else {
      const { name } = (await who.get('/api/v1/me')).expect(200).json<{ name: string }>();
      (await who.post(`/api/v1/me/duties/${duty}`, { version, language: 'nl', name })).expect(204);
    }
  }
}

/** Refused since something comes before it. */
export const is_held = (answer: Answer): boolean => answer.status == 403 && answer.json().type == '/problems/acknowledge';
