// The live view's one connection. The server greets with everything so far and then tells what changed; after a break the
// next greeting replaces everything, so nothing has to be patched up. It speaks at least every 5 s: 15 s of silence is a
// lost connection even if the socket still looks open. Attempts wait 1, 2, 4, … 30 s, spread by chance so that a hall of
// organisers does not return in step.
import { api } from './api.ts';
import type { LiveMessage, LivePoint, Person, Present } from './types.ts';

const silence_ms = 15_000;
const longest_wait_ms = 30_000;
const kept_movements = 40;

export interface Movement {
  viewer: string;
  name: string;
  at: string;
  what: 'came' | 'left' | 'looked_away' | 'came_back';
}

export type Connection = 'connecting' | 'connected' | 'lost' | 'refused';

const here = (person: Person | undefined): boolean => person?.state === 'active' || person?.state === 'open';

function movement(before: Person | undefined, after: Person): Movement['what'] | null {
  if (here(after) && !here(before)) return 'came';
  if (!here(after)) return here(before) ? 'left' : null;
  if (before?.state === after.state) return null;
  return after.state === 'active' ? 'came_back' : 'looked_away';
}

export class Live {
  connection = $state<Connection>('connecting');
  retry_at_ms = $state(0);
  ready = $state(false);
  now = $state('');
  from = $state('');
  to = $state('');
  present = $state.raw<Present>({ active: 0, inactive: 0 });
  registered = $state(0);
  opened = $state(0);
  curve = $state.raw<LivePoint[]>([]);
  people = $state.raw<Person[]>([]);
  movements = $state.raw<Movement[]>([]);

  private readonly event: string;
  private readonly on_movements: (movements: Movement[]) => void;
  private readonly place = new Map<string, number>();
  private socket: WebSocket | null = null;
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(event: string, on_movements: (movements: Movement[]) => void) {
    this.event = event;
    this.on_movements = on_movements;
  }

  start(): void {
    addEventListener('online', this.connect_now);
    document.addEventListener('visibilitychange', this.when_seen);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    removeEventListener('online', this.connect_now);
    document.removeEventListener('visibilitychange', this.when_seen);
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.socket?.close();
  }

  connect_now = (): void => {
    if (this.connection !== 'lost') return;
    this.connect();
  };

  private when_seen = (): void => {
    if (document.visibilityState === 'visible') this.connect_now();
  };

  private connect(): void {
    clearTimeout(this.retry);
    if (this.connection === 'lost') this.connection = 'connecting';
    const socket = new WebSocket(api.live_address(this.event));
    this.socket = socket;
    this.listen_for_silence();
    socket.onmessage = (message) => {
      if (this.socket === socket) this.take(JSON.parse(String(message.data)) as LiveMessage);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lose();
    };
  }

  private listen_for_silence(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(), silence_ms);
  }

  private lose(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    clearTimeout(this.silence);
    if (this.stopped) return;
    const wait = Math.min(longest_wait_ms, 1000 * 2 ** this.attempts) * (0.75 + Math.random() / 2);
    this.attempts += 1;
    this.connection = 'lost';
    this.retry_at_ms = Date.now() + wait;
    this.retry = setTimeout(() => this.connect(), wait);
    // A refused upgrade looks like any other failure to a page; asking for an event tells whether we are still signed in.
    if (this.attempts === 2) api.events().catch(() => {});
  }

  /** The server says why it ends the connection. Only what may be different next time is tried again. */
  private hear_refusal(problem: string): void {
    if (problem === '/problems/unauthenticated' || problem === '/problems/acknowledge') void api.events().catch(() => {});
    if (!['/problems/denied', '/problems/not-found'].includes(problem)) return;
    this.stop();
    this.connection = 'refused';
  }

  private take(message: LiveMessage): void {
    if (message.kind === 'error') return this.hear_refusal(message.error);
    this.listen_for_silence();
    this.attempts = 0;
    this.connection = 'connected';
    this.now = message.now;
    this.present = message.present;
    this.registered = message.registered;
    this.opened = message.opened;
    if (message.kind === 'hello') {
      this.from = message.from;
      this.to = message.to;
      this.curve = message.curve;
      this.place.clear();
      message.people.forEach((person, i) => this.place.set(person.viewer, i));
      this.people = message.people;
      this.ready = true;
      return;
    }
    if (message.point) this.curve = [...this.curve, message.point];
    if (message.people.length) this.take_people(message.people, message.now);
  }

  private take_people(changed: Person[], now: string): void {
    const people = [...this.people];
    const seen: Movement[] = [];
    for (const person of changed) {
      const place = this.place.get(person.viewer);
      const what = movement(place === undefined ? undefined : people[place], person);
      if (what) seen.push({ viewer: person.viewer, name: person.name, at: now, what });
      if (place === undefined) this.place.set(person.viewer, people.push(person) - 1);
      else people[place] = person;
    }
    this.people = people;
    if (!seen.length) return;
    this.movements = [...seen.reverse(), ...this.movements].slice(0, kept_movements);
    this.on_movements(seen);
  }
}
