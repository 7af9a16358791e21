// SPDX-License-Identifier: Apache-2.0
// tests/pictures.mjs - every page as a picture, to be looked at: `npm run pictures -- [folder [state [language]]]`.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, MAIN, visit } from './browser.mjs';
import { needsSession, STATES } from './states.mjs';

const folder = process.argv[2] ?? 'pictures';
const only = process.argv[3];
const language = process.argv[4] ?? 'de';
const looks = [
  ['wide-light', { viewport: { width: 1280, height: 860 }, colorScheme: 'light' }],
  ['wide-dark', { viewport: { width: 1280, height: 860 }, colorScheme: 'dark' }],
  ['narrow-light', { viewport: { width: 375, height: 780 }, colorScheme: 'light' }],
  ['narrow-dark', { viewport: { width: 320, height: 700 }, colorScheme: 'dark' }],
];

await mkdir(folder, { recursive: true });
const stage = await launch();
for (const [look, options] of looks) {
  for (const [name, show] of Object.entries(STATES)) {
    if (only && !name.startsWith(only)) continue;
    stage.mock.reset();
    const admitted = needsSession(name);
    const { page, context } = await visit(stage, { ...options, language, admitted });
    await show(page, stage.mock, MAIN);
    await page.waitForTimeout(350);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
    await context.close();
  }
}
await stage.close();
