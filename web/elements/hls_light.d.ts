// hls.js ships types for its whole build only; the light one has the same interface with fewer parts.
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
