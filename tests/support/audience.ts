// Viewers without browsers, on the moved clock: who is where for how long, beaten as their pages would.
import type { Beat, Server } from './server.ts';

const beat_ms = 5_000;
const message_ms = 240_000;

export class Viewer {
  readonly server: Server;
  readonly event: { event: string };
  readonly name: string;
  readonly email: string;
  link = '';
  session = '';
  t: string | undefined;
  #next = 1;

  constructor(server: Server, event: { event: string }, name: string) {
    this.server = server;
    this.event = event;
    this.name = name;
    this.email = `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@kijker.example`;
  }

  /** Registers by the form, and takes the door that it opens. */
  async register(more: Record<string, string> = {}): Promise<this> {
    const { door, answer } = await this.server.register(this.event, { name: this.name, email: this.email, ...more });
    if (!door) throw new Error(`${answer}`);
    this.link = door;
    return this;
  }

  /** Opens the page: a session of its own, with this answer to the question. */
  async open(consent?: boolean): Promise<this> {
    const { session, t } = await this.server.open_session(this.event, { link: this.link, consent });
    Object.assign(this, { session, t });
    this.#next = 1;
    return this;
  }

  async say(beats: Beat[]) {
    (await this.server.beat(this.t!, this.#next, beats)).expect(200);
    this.#next += beats.length;
  }

  /** Goes away: the last word of a page. */
  leave() {
    return this.say([[0, -1]]);
  }
}

/** Lets time go by, in which each of them does the same all along: their facts. */
export async function pass_together(server: Server, ms: number, doing: [Viewer, number][]) {
  for (let left = ms; left > 0; ) {
    const part = Math.min(left, message_ms);
    server.clock.pass(part);
    left -= part;
    const ages: number[] = [];
    for (let age = part; age > 0; age -= beat_ms) ages.push(age);
    for (const [viewer, facts] of doing) await viewer.say([...ages, 0].map((age): Beat => [age, facts]));
  }
}
