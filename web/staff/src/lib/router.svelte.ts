// Addresses of the application. The path is the only thing that says what is on the screen, so that every screen can be
// linked to, reloaded and left with the back button.

export type Route =
  | { screen: 'setup'; token: string }
  | { screen: 'sign_in'; next: string }
  | { screen: 'join'; invitation: string }
  | { screen: 'device'; link: string }
  | { screen: 'acknowledge'; next: string }
  | { screen: 'events' }
  | { screen: 'members' }
  | { screen: 'roles' }
  | { screen: 'journal' }
  | { screen: 'organisations' }
  | { screen: 'new' }
  | { screen: 'promises' }
  | { screen: 'components' }
  | { screen: 'account' }
  | { screen: 'disclosures' }
  | { screen: 'approvals' }
  | { screen: 'services' }
  | { screen: 'service'; credential: string }
  | { screen: 'approval'; approval: string }
  | { screen: 'updates' }
  | { screen: 'update'; issue: string }
  | { screen: 'requests' }
  | { screen: 'request'; request: string }
  | { screen: 'incidents' }
  | { screen: 'new_incident' }
  | { screen: 'incident'; incident: string }
  | { screen: 'event'; event: string; part: EventPart; from: string; to: string; person: string }
  | { screen: 'missing' };
export type EventPart = 'overview' | 'live' | 'report' | 'contact' | 'edit';

const parts: readonly string[] = ['overview', 'live', 'report', 'contact', 'edit'];

export function route_of(url: URL): Route {
  const steps = url.pathname.replace(/^\/staff\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  const ask = (name: string): string => url.searchParams.get(name) ?? '';
  const [first, event, part = 'overview'] = steps;
  if (first === undefined) return { screen: 'events' };
  if (first === 'setup') return { screen: 'setup', token: ask('token') };
  if (first === 'sign-in') return { screen: 'sign_in', next: ask('next') };
  // Behind a '#', which no server and no log sees.
  if (first === 'join' && steps.length === 1) return { screen: 'join', invitation: url.hash.slice(1) };
  if (first === 'device' && steps.length === 1) return { screen: 'device', link: url.hash.slice(1) };
  if (first === 'acknowledge' && steps.length === 1) return { screen: 'acknowledge', next: ask('next') };
  if (first === 'new') return { screen: 'new' };
  if (first === 'components' && steps.length === 1) return { screen: 'components' };
  if (first === 'promises' && steps.length === 1) return { screen: 'promises' };
  if ((first === 'members' || first === 'roles' || first === 'organisations' || first === 'journal') && steps.length === 1) return { screen: first };
  if (first === 'me' && steps.length === 1) return { screen: 'account' };
  if (first === 'disclosures' && steps.length === 1) return { screen: 'disclosures' };
  if (first === 'approvals' && steps.length === 1) return { screen: 'approvals' };
  if (first === 'approvals' && event && steps.length === 2) return { screen: 'approval', approval: event };
  if (first === 'credentials' && steps.length === 1) return { screen: 'services' };
  if (first === 'credentials' && event && steps.length === 2) return { screen: 'service', credential: event };
  if (first === 'updates' && steps.length === 1) return { screen: 'updates' };
  if (first === 'updates' && event && steps.length === 2) return { screen: 'update', issue: event === 'new' ? '' : event };
  if (first === 'requests' && steps.length === 1) return { screen: 'requests' };
  if (first === 'requests' && event && steps.length === 2) return { screen: 'request', request: event };
  if (first === 'incidents' && steps.length === 1) return { screen: 'incidents' };
  if (first === 'incidents' && event === 'new') return { screen: 'new_incident' };
  if (first === 'incidents' && event && steps.length === 2) return { screen: 'incident', incident: event };
  if (first === 'e' && event && parts.includes(part) && steps.length <= 3) {
    return { screen: 'event', event, part: part as EventPart, from: ask('from'), to: ask('to'), person: ask('person') };
  }
  return { screen: 'missing' };
}

export function event_path(event: string, part: EventPart = 'overview'): string {
  return `/staff/e/${encodeURIComponent(event)}${part === 'overview' ? '' : `/${part}`}`;
}

/** Only an address of our own: a link must not be able to send somebody elsewhere after signing in. */
export function own_path(next: string): string {
  const to = URL.canParse(next, location.origin) ? new URL(next, location.origin) : undefined;
  const is_own = to?.origin === location.origin && /^\/staff(\/|$)/.test(to.pathname);
  return to && is_own ? to.pathname + to.search : '/staff/';
}

class Router {
  url = $state.raw(new URL(location.href));
  route = $derived(route_of(this.url));
  /** Set by a move to another screen; the next heading that appears takes the focus, so that it is read out. */
  heading_wants_focus = false;
}
export const router = new Router();

function arrive(): void {
  const before = router.url.pathname;
  router.url = new URL(location.href);
  if (router.url.pathname !== before) {
    router.heading_wants_focus = true;
    scrollTo(0, 0);
  }
}

export function navigate(path: string, replace = false): void {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  arrive();
}

/** Changes the query of the current address and leaves the screen where it is. */
export function set_query(changes: Record<string, string | null>, replace = false): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  navigate(url.pathname + url.search, replace);
}

/** Lets plain links inside the application move without a page load. */
export function follow_links(): void {
  addEventListener('popstate', arrive);
  document.addEventListener('click', (click) => {
    if (click.defaultPrevented || click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    const link = (click.target as Element).closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !/^\/staff(\/|$)/.test(url.pathname) || url.hash) return;
    click.preventDefault();
    navigate(url.pathname + url.search);
  });
}
