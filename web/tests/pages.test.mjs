// SPDX-License-Identifier: Apache-2.0
// tests/pages.test.mjs - every page in every state: accessible in either theme, at three
// widths, nothing wider than a small screen, nothing that the policy refuses; and the weight.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { accessibilityProblems, LANGUAGES, launch, MAIN, overflow, painted, visit } from './browser.mjs';
import { needsSession, STATES } from './states.mjs';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const WIDTHS = [320, 768, 1280];
/** A theme changes colours only: what does not look at them is checked once. */
const THEMES = { light: undefined, dark: ['color-contrast', 'link-in-text-block'] };
const SCRIPT_BUDGET = 60_000;
const STYLE_BUDGET = 12_000;

let stage;
before(async () => (stage = await launch()));
after(() => stage.close());
beforeEach(() => stage.mock.reset());

describe('accessible and inside the screen', () => {
  for (const [name, show] of Object.entries(STATES)) {
    it(name, async () => {
      const { page, context, problems } = await visit(stage, {
        admitted: needsSession(name),
        reducedMotion: 'reduce',
      });
      try {
        await show(page, stage.mock, MAIN);
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          await painted(page);
          assert.ok((await overflow(page)) <= 0, `wider than ${width}`);
          for (const [colorScheme, rules] of Object.entries(THEMES)) {
            await page.emulateMedia({ colorScheme });
            await painted(page);
            const found = await accessibilityProblems(page, rules);
            assert.deepEqual(found, [], `${width} ${colorScheme}`);
          }
        }
        assert.deepEqual(problems, []);
      } finally {
        await context.close();
      }
    });
  }
});

describe('the longer words of other languages fit a small screen', () => {
  for (const language of LANGUAGES) {
    it(language, async () => {
      const { page, context } = await visit(stage, {
        language,
        admitted: true,
        viewport: { width: 320, height: 700 },
      });
      const line = `/line/${MAIN}`;
      try {
        for (const path of ['/', line, `${line}/calls`, `${line}/forwarding`, `${line}/consent`, `${line}/add`, '/log']) {
          await page.goto(path);
          await page.locator('h1').waitFor();
          await page.locator('[role="status"] .bar').first().waitFor({ state: 'detached' });
          assert.ok((await overflow(page)) <= 0, path);
        }
      } finally {
        await context.close();
      }
    });
  }
});

describe('weight', () => {
  it('stays within the budget at the first load', async () => {
    const { page, context } = await visit(stage);
    const loaded = [];
    page.on('response', (response) => loaded.push(new URL(response.url()).pathname));
    await page.goto('/');
    await page.locator('#login').waitFor();
    await context.close();
    const weight = (kind) =>
      loaded
        .filter((path) => path.endsWith(kind))
        .reduce((sum, path) => sum + gzipSync(readFileSync(join(DIST, path))).length, 0);
    assert.ok(weight('.js') > 0 && weight('.js') <= SCRIPT_BUDGET, `script ${weight('.js')}`);
    assert.ok(weight('.css') > 0 && weight('.css') <= STYLE_BUDGET, `style ${weight('.css')}`);
  });

  it('has nothing inline', () => {
    const html = readFileSync(join(DIST, 'index.html'), 'utf8');
    assert.doesNotMatch(html, /<style|style=|<script(?![^>]*src=)|\son\w+=/);
    assert.doesNotMatch(html, /https?:\/\//);
  });
});
