// SPDX-License-Identifier: Apache-2.0
// phone.mjs - drives a phone that lives in a process of its own (nat/phone.mjs).
import assert from 'node:assert/strict';
import path from 'node:path';
import { Child } from './process.mjs';
import { until } from './wait.mjs';

const PHONE = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '../nat/phone.mjs');

export class Phone {
  constructor(place, options) {
    this.events = [];
    const args = [PHONE, JSON.stringify({ ...place, ...options })];
    const [command, ...rest] = [...place.prefix, process.execPath, ...args];
    this.child = new Child(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.process.stdin.on('error', () => {});
    let text = '';
    this.child.process.stdout.on('data', (bytes) => {
      text += bytes;
      const lines = text.split('\n');
      text = lines.pop();
      this.events.push(...lines.map((line) => JSON.parse(line)));
    });
  }

  do(...words) { this.child.process.stdin.write(`${words.join(' ')}\n`); }
  forget() { this.events.length = 0; }

  event(name, match = () => true, seconds = 10) {
    return until(() => `${name} (${JSON.stringify(this.events.slice(-5))})`,
      () => this.events.find((e) => e.event === name && match(e)), seconds);
  }

  /** It hears that word for a second, unchanged, from now on. */
  async hears(word) {
    this.events = this.events.filter((e) => e.event !== 'heard');
    await this.event('heard', (e) => e.word === word);
    await until(`more of ${word}`, () =>
      this.events.filter((e) => e.event === 'heard' && e.word === word).length >= 2);
    assert.ok(!this.events.some((e) => e.event === 'garbled'));
  }

  stop() { return this.child.stop('SIGTERM', 3); }
}
