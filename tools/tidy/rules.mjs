// The calls and words that are refused where they stand, each with what to write in their place.
//
// A rule is {name, where, not_in?, in: 'code' | 'comments' | 'strings', pattern, what, cure}. A line that has to
// break one says so, and why, in a comment on it or above it: // tidy: allow <name>, because …

const cpp = /^src\/.*\.(cpp|h)$/;
const product = /^src\/(?!.*(_test|_testing|_fuzz)\.(cpp|h)$)(?!.*\/(testing|misuse)\/)(?!.*test_client).*\.(cpp|h)$/;

export const rules = [
  {
    name: 'clock',
    where: cpp,
    not_in: /^src\/base\/os_/,
    in: 'code',
    pattern:
      /\b(system|steady|high_resolution|utc|file)_clock::now|(?<![\w.>])(::|std::)?time\(\s*(nullptr|NULL|0|&)|\b(gettimeofday|clock_gettime|timespec_get)\s*\(/,
    what: 'asks the system for the time',
    cure: 'take a base::Clock as constructor argument and ask it',
  },
  {
    name: 'chance',
    where: cpp,
    // A test that draws a new seed at each run says which when it fails.
    not_in: /^src\/base\/os_|_test\.cpp$/,
    in: 'code',
    pattern: /\brandom_device\b|(?<![\w.>])(std::)?s?rand\s*\(|\b(arc4random|drand48|getrandom|randombytes_\w+)\s*\(/,
    what: 'draws its own chance',
    cure: 'take a base::Random as constructor argument',
  },
  {
    name: 'sleep',
    where: cpp,
    not_in: /^src\/base\/os_/,
    in: 'code',
    pattern: /\bsleep_(for|until)\b|(?<![\w.>])(::)?(usleep|nanosleep|sleep)\s*\(/,
    what: 'sleeps',
    cure: 'wait for a condition, or let base::Clock pass in a test',
  },
  {
    name: 'blob',
    where: cpp,
    in: 'code',
    pattern: /\bsoci::blob\b/,
    what: 'soci::blob is a large object in PostgreSQL, which stays behind when its row is deleted',
    cure: 'store the value as base64 text',
  },
  {
    name: 'sql',
    where: product,
    not_in: /^src\/sql\//,
    in: 'strings',
    pattern:
      /^\s*(R"\w*\(|")\s*(SELECT\b[\s\S]*\bFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX|UNIQUE)|DROP\s+(TABLE|INDEX)|ALTER\s+TABLE|PRAGMA)\b/i,
    what: 'SQL in C++',
    cure: "put it into a file of the module's sql/ folder and use it from queries.h",
  },
  {
    name: 'files',
    where: /^src\/pulse\/.*\.(cpp|h)$/,
    not_in: /_test\.cpp$|\/testing\//,
    in: 'code',
    pattern:
      /\bstd::filesystem::(create_\w+|remove\w*|rename|copy\w*|exists|file_size|resize_file|directory_iterator|recursive_directory_iterator|is_\w+|last_write_time)\b|\b[io]?fstream\b|(?<![\w.>:])(::|std::)(fopen|open|unlink|mkdir|rename|remove|fsync|fdatasync|stat)\s*\(/,
    what: 'the store touches the disk by itself',
    cure: 'use the base::Files that was handed in, so that a test can let it fail',
  },
  {
    name: 'output',
    where: product,
    not_in: /^src\/(base\/(log|check)\.cpp|app\/|pulse\/fold_csv\.cpp|policy\/check\.cpp)/,
    in: 'code',
    pattern: /(?<![\w.>])(::|std::)?(printf|fprintf|puts|fputs|perror|syslog)\s*\(|\bstd::(cout|cerr|clog)\b|\bspdlog::|\bfmt::print\b/,
    what: 'prints, and could print anything',
    cure: 'use base::log with named values, which cannot hold personal data',
  },
  {
    name: 'regex',
    where: cpp,
    in: 'code',
    pattern: /\bstd::(basic_)?regex\b|#\s*include\s*<regex>/,
    what: 'std::regex is slow, and overflows the stack on long input',
    cure: 'write the few lines that read the text, with std::string_view',
  },
  {
    name: 'using',
    where: cpp,
    in: 'code',
    pattern: /\busing\s+namespace\s+std\s*;/,
    what: 'every name of std at once',
    cure: 'name what is used',
  },
  {
    name: 'pointers',
    where: product,
    in: 'code',
    pattern: /\b(malloc|calloc|realloc|strcpy|strcat|sprintf|gets|strtok|atoi|atol|atof)\s*\(/,
    what: 'a call of C that cannot tell what went wrong',
    cure: 'use std::string, std::vector, fmt::format or std::from_chars',
  },
  {
    name: 'disabled',
    where: /_test\.cpp$/,
    in: 'code',
    pattern: /\b(DISABLED_\w+|GTEST_SKIP\(\)\s*;)/,
    what: 'a test that does not run, without a reason',
    cure: 'repair it or remove it; a skipped one says why: GTEST_SKIP() << "…"',
  },
  {
    name: 'only',
    where: /\.test\.(ts|mjs)$/,
    in: 'code',
    pattern: /\b(test|it|suite|describe)\.(only|todo)\b/,
    what: 'a test that keeps others from running, or does not run',
    cure: 'remove .only or .todo',
  },
  {
    name: 'later',
    where: /\.(cpp|h|ts|mjs|svelte|css|html|sql|cmake|yaml|sh)$|CMakeLists\.txt$/,
    not_in: /^tools\/tidy\//,
    in: 'comments',
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    what: 'a promise to do it later',
    cure: 'do it, or open an issue and say here what holds today',
  },
  {
    name: 'dead code',
    where: /\.(cpp|h|ts|mjs)$/,
    in: 'comments',
    pattern: /^\s*\/\/ ?(?:[\w:<>,&*]+ )*[\w:.>-]+(?:\(.*\)|\s=\s.*);\s*$/m,
    what: 'commented-out code',
    cure: 'remove it; the history keeps it',
  },
  {
    name: 'home',
    where: /./,
    not_in: /^(tools\/tidy\/|package-lock\.json)/,
    in: 'text',
    pattern: /(?<![\w.~-])\/(home|Users|root|work)\/\w/,
    what: "a path on somebody's own machine",
    cure: "write it relative to the tree, or take it as an argument",
  },
];
