declare module 'virtual:staff-texts/*' {
  const texts: Record<string, string>;
  export default texts;
}
