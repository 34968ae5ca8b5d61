// What a screen reader is told. Told politely, and in batches: a hall that fills would otherwise never stop talking.

class Announcements {
  text = $state('');
}
export const announcements = new Announcements();

export function announce(text: string): void {
  // The same words twice in a row are only read again when the region was empty in between.
  announcements.text = '';
  setTimeout(() => (announcements.text = text), 50);
}

/** Collects for `wait_ms` after the first call and then tells once what `words` makes of it. */
export class Batch<T> {
  private held: T[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly wait_ms: number;
  private readonly words: (held: T[]) => string;

  constructor(wait_ms: number, words: (held: T[]) => string) {
    this.wait_ms = wait_ms;
    this.words = words;
  }

  add(one: T): void {
    this.held.push(one);
    this.timer ??= setTimeout(() => {
      const text = this.words(this.held);
      this.held = [];
      this.timer = undefined;
      if (text) announce(text);
    }, this.wait_ms);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.held = [];
  }
}
