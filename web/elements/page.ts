// What the server hands to a page's script: <script type="application/json" id="page">.

export interface Video {
  kind: 'hls' | 'mp4';
  src: string;
  captions: string | null;
  poster: string | null;
  live: boolean;
}

/** What the policy asks consent for, in the page's language. */
export interface Purpose {
  name: string;
  ask: string;
  refusal: string | null;
  /** What the page says while consent holds, and while it does not. */
  given: string;
  declined: string;
}

export interface Page {
  property: string;
  link: string;
  notice: string;
  language: string;
  time_zone: string;
  measured: boolean;
  purposes: Purpose[];
  /** The browser sent Global Privacy Control or Do Not Track: that is a no, which the visitor may still change. */
  refused_by_signal?: boolean;
  /** RFC 3339, and so are `ends` and `now`. */
  starts: string;
  ends: string;
  now: string;
  video: Video | null;
  /** The texts that the measuring's line and switch show. */
  texts: Record<string, string>;
}

export const read_page = (from = document) => JSON.parse(from.getElementById('page')!.textContent!) as Page;

export const by_id = <T extends HTMLElement>(id: string) => document.getElementById(id) as T | null;

/**
 * The server's time as the page went out, carried on by the page's clocks: the visitor's date may be wrong, and the
 * page's own clock may stand still while the computer sleeps, so the one that went further is believed.
 */
export const server_clock = (now: string) => {
  const sent_ms = Date.parse(now);
  const awake_ms = performance.now();
  const wall_ms = Date.now();
  return () => sent_ms + Math.max(performance.now() - awake_ms, Date.now() - wall_ms);
};
