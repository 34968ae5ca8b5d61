// Reads source text the way the rules want it: what is code, what is comment, what is said in quotes.

const blank = (text) => text.replace(/[^\n]/g, ' ');

const pieces = {
  // Raw strings first, since they may hold anything; a quote between digits divides thousands.
  cpp: /R"(?<mark>[^()\\ ]{0,16})\([\s\S]*?\)\k<mark>"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
  // A regular expression stands where a value may begin.
  script: /(?<=(?:[(,=:[!&|?{;]|return|=>)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
  hash: /"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*/g,
  sql: /'[^'\n]*'|--[^\n]*/g,
};
const kinds = {
  cpp: 'cpp', h: 'cpp', mjs: 'script', ts: 'script', js: 'script', cmake: 'hash', sh: 'hash', sql: 'sql',
};

export const extension_of = (path) => (/CMakeLists\.txt$/.test(path) ? 'cmake' : (/\.([a-z]+)$/.exec(path)?.[1] ?? ''));

/**
 * {code, comments, strings}: the text three times, each with all else blanked, so that line and column stay.
 * The code keeps the quotes of a string and loses what is between them.
 */
export function split(text, path) {
  const kind = kinds[extension_of(path)];
  if (!kind) return { code: text, comments: text, strings: text };
  let code = '';
  let comments = '';
  let strings = '';
  let at = 0;
  for (const match of text.matchAll(pieces[kind])) {
    const between = text.slice(at, match.index);
    const [piece] = match;
    const is_comment = kind === 'hash' ? piece.startsWith('#') : kind === 'sql' ? piece.startsWith('--') : /^\/[/*]/.test(piece);
    code += between + (is_comment ? blank(piece) : `"${blank(piece.slice(1, -1))}"`);
    comments += blank(between) + (is_comment ? piece : blank(piece));
    strings += blank(between) + (is_comment ? blank(piece) : piece);
    at = match.index + piece.length;
  }
  const rest = text.slice(at);
  return { code: code + rest, comments: comments + blank(rest), strings: strings + blank(rest) };
}

export const line_of = (text, index) => text.slice(0, index).split('\n').length;
