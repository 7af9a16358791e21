// SPDX-License-Identifier: Apache-2.0
// tests/browser.mjs - Debian's Chromium on the mock server, watched for what must not happen.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CODE, LOGIN, Mock, PASSWORD } from './mock-server.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const LANGUAGES = ['de', 'fr', 'it', 'en'];
export const MAIN = '+41441234567';

export async function launch() {
  if (!existsSync(fileURLToPath(new URL('../dist/index.html', import.meta.url)))) {
    throw new Error('web/dist is missing: run `npm run build` first');
  }
  const mock = new Mock();
  await mock.listen();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
  const close = async () => {
    await browser.close();
    await mock.close();
  };
  return { mock, browser, close };
}

/** A fresh visitor. `problems` collects what the browser complains about. */
export async function visit(
  { browser, mock },
  { language = 'de', admitted = false, ...options } = {},
) {
  const context = await browser.newContext({
    baseURL: mock.origin,
    locale: `${language}-CH`,
    timezoneId: 'Europe/Zurich',
    viewport: { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  context.setDefaultTimeout(15_000); // as the end-to-end tests
  mock.language = language;
  if (admitted) {
    await context.addCookies([{ name: 'session', value: mock.admit(), url: mock.origin }]);
  }
  const page = await context.newPage();
  const problems = [];
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A refused request is part of the journey; everything else is not.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
      problems.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== mock.origin) problems.push(`third party: ${request.url()}`);
  });
  await page.exposeFunction('reportViolation', (text) => problems.push(`csp: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return { page, context, problems };
}

export async function enterPassword(page) {
  await page.locator('#login').fill(LOGIN);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('form .primary').click();
  await page.locator('input[autocomplete="one-time-code"]').waitFor();
}

export async function enterCode(page, code = CODE) {
  await page.locator('input[autocomplete="one-time-code"]').fill(code);
  await page.locator('form .primary').click();
}

export async function signIn(page, path = '/') {
  await page.goto(path);
  await enterPassword(page);
  await enterCode(page);
  await page.locator('header nav').waitFor();
}

/** As far as the page that shows a new password, and until it watches: before, it hears nothing of
 *  what devices try, and takes what happened for older than its device. */
export async function addDevice(page, { profile = 'linphone', label } = {}) {
  await page.goto(`/line/${MAIN}`);
  await page.locator('main .button.primary').first().click();
  await page.locator(`input[value="${profile}"]`).check();
  if (label) await page.locator('#label').fill(label);
  await page.locator('form .primary').click();
  await Promise.all([
    page.waitForResponse(/\/attempts$/),
    page.waitForResponse(/\/events\?/),
    enterCode(page).then(() => page.locator('[data-setting="password"]').waitFor()),
  ]);
}

/** What axe finds serious or worse, one line each. `rules`: only these. */
export async function accessibilityProblems(page, rules) {
  // By the debugger, past the page's policy: the policy is for the page, not for its tester.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (runOnly) => globalThis.axe.run(document, { resultTypes: ['violations'], runOnly }),
    rules,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
}

/** After a change of width or theme, until it is painted. */
export function painted(page) {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
