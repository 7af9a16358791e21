// SPDX-License-Identifier: Apache-2.0
// jssip.mjs - JsSIP as one script for a page, bundled by the esbuild that came with Vite.
import { createRequire } from 'node:module';
import path from 'node:path';

const WEB = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../../../web/');
const require = createRequire(path.join(WEB, 'package.json'));

/** Defines the global JsSIP. */
export async function bundle() {
  const { build } = createRequire(require.resolve('vite'))('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: "module.exports = require('jssip')", resolveDir: WEB },
    bundle: true, write: false, format: 'iife', globalName: 'JsSIP', logLevel: 'error',
  });
  return outputFiles[0].text;
}
