// SPDX-License-Identifier: Apache-2.0
// browser.mjs - Debian's Chromium, driven by playwright-core from web/node_modules.
import { createRequire } from 'node:module';
import path from 'node:path';

const WEB = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../../../web/');
const { chromium } = createRequire(path.join(WEB, 'package.json'))('playwright-core');

/** more: further switches of Chromium. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-dev-shm-usage', ...more],
  });
}

/** A page that speaks English and remembers what went wrong on it. */
export async function openPage(browser, url) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) {
      page.faults.push(message.text());
    }
  });
  page.loads = 0;
  page.on('load', () => { page.loads++; });
  await page.goto(url);
  return page;
}
