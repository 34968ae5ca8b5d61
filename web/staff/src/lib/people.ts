// Sorting and searching of people, quick enough for fifty thousand on every key press: names are put in the reader's
// alphabetical order once and compared by rank afterwards, and search text is folded once.
import type { Person, Presence } from './types.ts';

export type SortKey = 'name' | 'state' | 'first_seen' | 'last_seen' | 'active_s' | 'open_s' | 'share';
export interface Sorting {
  key: SortKey;
  descending: boolean;
}

const presence_rank: Record<Presence, number> = { active: 0, open: 1, absent: 2, never: 3 };

/** Lower case without accents, so that "andre" finds "André". */
export function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

export class PeopleIndex {
  readonly people: readonly Person[];
  private readonly locale: string;
  private ranks: Uint32Array | null = null;
  private haystack: string[] | null = null;

  /** `before` is the index of the same people a moment ago: while nobody came or changed name, its order still holds. */
  constructor(people: readonly Person[], locale: string, before?: PeopleIndex) {
    this.people = people;
    this.locale = locale;
    const same = before?.locale === locale && before.people.length === people.length;
    if (!same || !people.every((one, i) => one.name === before.people[i]!.name && one.email === before.people[i]!.email)) return;
    this.ranks = before.ranks;
    this.haystack = before.haystack;
  }

  private name_ranks(): Uint32Array {
    if (this.ranks) return this.ranks;
    const collator = new Intl.Collator(this.locale, { sensitivity: 'base', numeric: true });
    const order = this.people.map((_, i) => i);
    order.sort((a, b) => collator.compare(this.people[a]!.name, this.people[b]!.name) || a - b);
    const ranks = new Uint32Array(order.length);
    order.forEach((person, rank) => (ranks[person] = rank));
    return (this.ranks = ranks);
  }

  private measure(key: SortKey): (person: number) => number {
    const people = this.people;
    switch (key) {
      case 'name': {
        const ranks = this.name_ranks();
        return (i) => ranks[i]!;
      }
      case 'state':
        return (i) => presence_rank[people[i]!.state ?? 'never'];
      case 'first_seen':
      case 'last_seen': {
        // Who never came stands last when the earliest come first.
        return (i) => (people[i]![key] ? Date.parse(people[i]![key]) : Number.MAX_SAFE_INTEGER);
      }
      case 'open_s':
        // What the column shows: open without being active.
        return (i) => people[i]!.open_s - people[i]!.active_s;
      case 'share':
        return (i) => people[i]!.share ?? 0;
      case 'active_s':
        return (i) => people[i]!.active_s;
    }
  }

  /** The people that `search` finds and `keep` allows, in order. */
  select(search: string, sorting: Sorting, keep?: (person: Person) => boolean): Person[] {
    const words = folded(search).split(/\s+/).filter(Boolean);
    if (words.length && !this.haystack) this.haystack = this.people.map((one) => folded(`${one.name} ${one.email}`));
    const found: number[] = [];
    for (let i = 0; i < this.people.length; ++i) {
      if (keep && !keep(this.people[i]!)) continue;
      if (words.length && !words.every((word) => this.haystack![i]!.includes(word))) continue;
      found.push(i);
    }
    const measured = this.measure(sorting.key);
    const values = new Float64Array(this.people.length);
    for (const i of found) values[i] = measured(i);
    const ranks = this.name_ranks();
    const way = sorting.descending ? -1 : 1;
    found.sort((a, b) => way * (values[a]! - values[b]!) || ranks[a]! - ranks[b]!);
    return found.map((i) => this.people[i]!);
  }
}
