// A member's authenticator app. A server takes each step once, so this one remembers which it gave.
import { code_of, step_ms } from '../../tools/demo/authenticator.mjs';

export const step_of = (now_ms: number): number => Math.floor(now_ms / step_ms);

export class Authenticator {
  readonly #secret: string;
  /** The last step whose code was given. */
  used = -1;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The code of a step, whether it was given before or not. */
  code_of(step: number): string {
    return code_of(this.#secret, step);
  }

  /**
   * The next code that a server whose clock shows `now_ms` takes, if there is one: that of the present step or of the
   * following one. The one before would no longer be taken if the step ended on the way.
   */
  next_code(now_ms: number): string | undefined {
    const present = step_of(now_ms);
    const step = Math.max(present, this.used + 1);
    if (step > present + 1) return undefined;
    this.used = step;
    return this.code_of(step);
  }

  /** How long until there is one again. */
  wait_ms(now_ms: number): number {
    return Math.max(0, this.used * step_ms - now_ms);
  }
}
