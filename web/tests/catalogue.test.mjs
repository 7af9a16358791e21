// SPDX-License-Identifier: Apache-2.0
// tests/catalogue.test.mjs - the four catalogues, and how numbers and money are written.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { LANGUAGES } from './browser.mjs';

const WEB = fileURLToPath(new URL('..', import.meta.url));
const CONSENT = join(WEB, '../data/consent');
/** Looked up by a code of the server, so no page names them. */
const BY_CODE = /^(forwarding\.cases|errors\.codes|lines\.reasons|devices\.limitNames|calls\.(classes|causes)|log\.kinds|add\.(profiles|suggestions)|reveal\.(names|refusals)|consent\.reaches|line\.reachOf)\./;
/** Written the same in two languages, rightly. */
const SAME = new Set(['reveal.inDevice']);

let vite;
const catalogues = {};
let format;

before(async () => {
  vite = await createServer({
    root: WEB,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  for (const language of LANGUAGES) {
    catalogues[language] = (await vite.ssrLoadModule(`/src/messages/${language}.ts`)).messages;
  }
  format = await vite.ssrLoadModule('/src/lib/format.ts');
});

after(() => vite.close());

/** Every text with its place; functions are called with a stand-in. */
function* texts(value, place = '') {
  if (typeof value === 'string') yield [place, value];
  else if (typeof value === 'function') {
    for (const stand of [1, 7]) {
      yield [place, String(value(...Array.from({ length: value.length || 1 }, () => stand)))];
    }
  } else for (const [key, inner] of Object.entries(value)) yield* texts(inner, place ? `${place}.${key}` : key);
}

const places = (catalogue) => [...new Set([...texts(catalogue)].map(([place]) => place))].sort();

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'messages' ? [] : sources(path);
    return /\.(svelte|ts)$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('catalogues', () => {
  it('have a text for every reason of a refusal', () => {
    const table = readFileSync(join(WEB, '../src/event/diagnosis.c'), 'utf8');
    const named = new Map([...table.matchAll(/^#define (\w+)\s+"(\w+)"/gm)]
      .map(([, name, word]) => [name, word]));
    const words = [...table.matchAll(/^\t\{ (?:"(\w+)"|(\w+)), \w+,/gm)]
      .map(([, word, name]) => word ?? named.get(name)).sort();
    assert.ok(words.length > 40);
    assert.deepEqual(Object.keys(catalogues.en.reveal.refusals).sort(), words);
  });

  for (const language of LANGUAGES) {
    it(`${language}: has every text, and none is empty`, () => {
      assert.deepEqual(places(catalogues[language]), places(catalogues.en));
      for (const [place, text] of texts(catalogues[language])) {
        if (!place.endsWith('suggestions.other')) assert.notEqual(text.trim(), '', place);
        assert.doesNotMatch(text, /undefined|\[object/, place);
      }
    });

    it(`${language}: guillemets, no eszett, typographic apostrophes`, () => {
      for (const [place, text] of texts(catalogues[language])) {
        assert.doesNotMatch(text, /[ß„“”"]/, place);
        assert.doesNotMatch(text, /\.\.\./, place);
        if (language === 'fr' || language === 'it') assert.doesNotMatch(text, /'/, place);
      }
    });
  }

  it('is translated, not copied', () => {
    const english = Object.fromEntries(texts(catalogues.en));
    for (const language of ['de', 'fr', 'it']) {
      const copied = [...texts(catalogues[language])].filter(
        ([place, text]) => text === english[place] && text.split(' ').length > 2 && !SAME.has(place),
      );
      assert.deepEqual(copied, []);
    }
  });

  it('has no text that no page shows', () => {
    const all = sources(join(WEB, 'src')).join('\n').replace(/\s+\./g, '.');
    const unused = places(catalogues.en).filter((place) => {
      if (BY_CODE.test(place)) return false;
      const name = place.replace(/\.\d+(\.\d+)?$/, '').split('.').slice(-2).join('.');
      const last = name.split('.').at(-1);
      return !all.includes(name) && !all.includes(`texts.${last}`);
    });
    assert.deepEqual(unused, []);
  });

  it('speaks of the same conditions everywhere', () => {
    const files = LANGUAGES.map((code) => JSON.parse(readFileSync(join(CONSENT, `${code}.json`))));
    for (const { version, sections } of files) {
      assert.equal(version, files[0].version);
      assert.deepEqual(
        sections.map(({ key }) => key),
        ['costs', 'emergency', 'secrecy', 'premium', 'support'],
      );
      for (const { title, text } of sections) {
        assert.ok(title.length > 5 && text.length > 100);
        assert.doesNotMatch(title + text, /[ß„“”"]/);
      }
    }
  });
});

describe('numbers and money', () => {
  const rows = [
    ['phone', ['+41441234567'], '044 123 45 67'],
    ['phone', ['+41791234567'], '079 123 45 67'],
    ['phone', ['+41800556464'], '0800 556 464'],
    ['phone', ['+493012345678'], '+49 30 123 456 78'],
    ['phone', ['+4232361111'], '+423 23 611 11'],
    ['phone', ['+12125550123'], '+1 21 255 501 23'],
    ['phone', ['CH:1811'], '1811'],
    ['phone', ['117'], '117'],
    ['money', ['1.5', 'CHF'], 'CHF 1.50'],
    ['money', ['0', 'CHF'], 'CHF 0.00'],
    ['money', ['0.079', 'CHF'], 'CHF 0.08'],
    ['money', ['2.675', 'CHF'], 'CHF 2.68'],
    ['money', ['0.0040', 'CHF'], 'CHF 0.004'],
    ['money', ['1234567.1', 'CHF'], 'CHF 1’234’567.10'],
    ['money', ['-12.345', 'CHF'], 'CHF −12.35'],
    ['duration', [0], '0:00'],
    ['duration', [205], '3:25'],
    ['duration', [3723.9], '1:02:03'],
    ['elapsed', [412], '0.4 ms'],
    ['elapsed', [38_120], '38 ms'],
    ['elapsed', [1_240_000], '1.2 s'],
  ];
  for (const [name, given, expected] of rows) {
    it(`${name} ${given.join(' ')} is ${expected}`, () => {
      assert.equal(format[name](...given).replaceAll('\u00a0', ' '), expected);
    });
  }
});
