// The server wants the second factor again before it does what was asked. One dialog asks for it, however many calls
// wait; each is then made once more.
class StepUp {
  wanted = $state(false);
  #waiting: ((shown: boolean) => void)[] = [];

  /** True once the factor was shown; false when the reader would rather not. */
  ask(): Promise<boolean> {
    this.wanted = true;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  end(shown: boolean): void {
    this.wanted = false;
    for (const resolve of this.#waiting.splice(0)) resolve(shown);
  }
}
export const step_up = new StepUp();
