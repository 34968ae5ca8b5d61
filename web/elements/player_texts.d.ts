// Made by web/vite.config.ts: every "player.…" of texts/, by language and key.
declare module 'virtual:player-texts' {
  const texts: Record<string, Record<string, string>>;
  export default texts;
}
