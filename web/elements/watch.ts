// The watch page: brings the player, and on a measured event what says and switches the measuring.
import { by_id, read_page } from './page.ts';

const page = read_page();

if (page.measured && page.purposes.length) {
  const { measure } = await import('./measuring.ts');
  measure(page);
}

const place = by_id('player');
if (place && page.video) {
  const { play } = await import('./player.ts');
  play(place, page.video, page);
}
