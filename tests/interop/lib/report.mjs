// SPDX-License-Identifier: Apache-2.0
// report.mjs - docs/interop.md out of what a run has seen.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const DOCUMENT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../docs/interop.md');
const HEAD = path.join(path.dirname(fileURLToPath(import.meta.url)), '../head.md');
const cell = (text) => text.replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim();

/** Numbers the remarks; the same remark has one number. */
class Notes {
  list = [];

  mark(text) {
    const clean = cell(text);
    let at = this.list.indexOf(clean);
    if (at < 0) at = this.list.push(clean) - 1;
    return `[${at + 1}](#remarks)`;
  }
}

const WORDS = { yes: 'yes', no: '**no**', cannot: 'cannot', unasked: '-' };

function shown({ state, note, tries }, notes) {
  if (state === 'yes') {
    return (note ? `yes, ${cell(note)}` : 'yes') + (tries ? ` ${notes.mark('At the second try.')}` : '');
  }
  return `${WORDS[state]}${note ? ` ${notes.mark(note)}` : ''}`;
}

function table(sessions, cases, notes) {
  const names = Object.keys(cases).filter((name) => sessions.some((s) => s.results?.[name]));
  const extra = sessions[0].Client.extra ?? {};
  const own = Object.keys(extra).filter((name) => sessions.some((s) => s.results?.[name]));
  const head = sessions.map((s) => `${s.transport.toUpperCase()}, ${s.algorithm}`);
  return [`| | ${head.join(' | ')} |`, `|---|${'---|'.repeat(head.length)}`,
    ...[...names, ...own].map((name) => `| ${(cases[name] ?? extra[name]).title} | ` +
      sessions.map((s) => (s.results?.[name] ? shown(s.results[name], notes) : '')).join(' | ') +
      ' |')].join('\n');
}

export function write(plan, cases, seconds) {
  const notes = new Notes();
  const sections = [];
  const versions = [];
  for (const Client of new Set(plan.map((s) => s.Client))) {
    const sessions = plan.filter((s) => s.Client === Client);
    const run = sessions.filter((s) => !s.absent);
    const { title } = Client;
    versions.push(`| ${title} | ${sessions[0].version ?? 'not on this machine'} | ${Client.about ?? ''} |`);
    if (!run.length) {
      sections.push(`## ${title}\n\nNot tried in this run: ${sessions[0].absent}.`);
      continue;
    }
    const missing = sessions.filter((s) => s.absent).map((s) => `${s.transport.toUpperCase()}, ${s.algorithm}: ${s.absent}`);
    sections.push(`## ${title}\n\n${table(run, cases, notes)}` +
      (missing.length ? `\n\n${[...new Set(missing)].join('; ')}.` : ''));
  }
  const all = plan.flatMap((s) => Object.values(s.results ?? {}));
  const count = (state) => all.filter((r) => r.state === state).length;
  writeFileSync(DOCUMENT, readFileSync(HEAD, 'utf8')
    .replace('DATE', new Date().toISOString().slice(0, 10))
    .replace('SECONDS', String(seconds))
    .replace('COUNTS', `${count('yes')} yes, ${count('no')} no, ${count('cannot')} that the client cannot do`)
    .replace('VERSIONS', versions.join('\n')) +
    `\n${sections.join('\n\n')}\n\n## Remarks\n\n` +
    `${notes.list.map((text, i) => `${i + 1}. ${text}`).join('\n')}\n`);
}
