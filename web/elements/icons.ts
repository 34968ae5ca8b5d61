// The player's signs, drawn on 24 by 24. Filled shapes have the class "full".

const sign = (paths: string) => `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;

const speaker = '<path class="full" d="M4 9.5v5h3.5L12 18V6L7.5 9.5z"/>';

export const play = sign('<path class="full" d="M7.5 5v14l11-7z"/>');
export const pause = sign('<path d="M8.5 5.5v13M15.5 5.5v13"/>');
export const loud = sign(`${speaker}<path d="M15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>`);
export const muted = sign(`${speaker}<path d="m16 9.5 5 5m0-5-5 5"/>`);
export const captions = sign('<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="M10.5 10.5a2 2 0 1 0 0 3M17 10.5a2 2 0 1 0 0 3"/>');
export const picture = sign('<rect x="3" y="5" width="18" height="14" rx="2"/><rect class="full" x="12.5" y="11.5" width="6" height="5" rx="1"/>');
export const full = sign('<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>');
export const small = sign('<path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5"/>');
