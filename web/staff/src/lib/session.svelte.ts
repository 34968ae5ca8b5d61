// Who is signed in, and the list of events that every screen shows.
import { api, on_held, on_signed_out, Problem } from './api.ts';
import { set_by } from './now.ts';
import { navigate, router } from './router.svelte.ts';
import type { EventSummary, Me, Policy } from './types.ts';

class Session {
  me = $state.raw<Me | null>(null);
  asked = $state(false);
  unreachable = $state(false);
  events = $state.raw<EventSummary[] | null>(null);
  events_problem = $state.raw<Problem | null>(null);
  policy = $state.raw<Policy | null>(null);

  async ask_who(): Promise<void> {
    this.unreachable = false;
    try {
      this.me = await this.#me();
      await this.load_events();
    } catch (failure) {
      this.me = null;
      this.unreachable = failure instanceof Problem && failure.status !== 401;
    }
    this.asked = true;
  }

  async #me(): Promise<Me> {
    const me = await api.me();
    set_by(me.now);
    return me;
  }

  async load_events(): Promise<void> {
    // Whoever keeps the installation going sees no events.
    if (!this.me?.permissions.includes('view_report')) return void (this.events = []);
    try {
      this.events = await api.events();
      this.events_problem = null;
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      this.events_problem = failure;
    }
  }

  /** How many requests and incidents wait, and how many of them are late, for the line that every screen shows. */
  async count_requests(): Promise<void> {
    const me = await this.#me().catch(() => null);
    if (me && this.me) this.me = me;
  }

  async need_policy(): Promise<Policy> {
    return (this.policy ??= await api.policy());
  }

  forget(): void {
    this.me = null;
    this.events = null;
    this.policy = null;
  }
}
export const session = new Session();

// What the page shows then follows from what the server says of this member.
on_held(() => {
  if (session.me && !session.me.duties.open) void session.ask_who();
});

on_signed_out(() => {
  session.forget();
  if (router.route.screen === 'sign_in') return;
  navigate(`/staff/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, true);
});
