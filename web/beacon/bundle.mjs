// Makes one classic script of the heartbeat, in which every name is its own: no modules, nothing exported.
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

export async function beacon() {
  const { output } = await build({
    input: fileURLToPath(new URL('beacon.ts', import.meta.url)),
    logLevel: 'warn',
    write: false,
    output: {
      format: 'iife',
      minify: { compress: true, mangle: { toplevel: true }, codegen: { removeWhitespace: true } },
    },
  });
  return output[0].code;
}
