// SPDX-License-Identifier: Apache-2.0
// sipp.mjs - SIPp 3.6 as trunk counterpart and as caller.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Child } from './process.mjs';
import { freePort, temporaryDirectory, until } from './wait.mjs';

const SCENARIOS = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../sipp');

export class Sipp {
  /** A server: scenario file name under tests/e2e/sipp, without .xml. */
  static async serve(scenario, options = {}) {
    const sipp = new Sipp();
    sipp.port = options.port ?? await freePort();
    sipp.start(['-sf', path.join(SCENARIOS, `${scenario}.xml`), '-i', '127.0.0.1',
      '-p', String(sipp.port), '-nostdin', '-rtp_echo', '-mp', String(await freePort()),
      '-message_file', 'messages.log', '-trace_msg', '-trace_err', '-error_file', 'errors.log',
      ...(options.args ?? [])]);
    await sipp.started();
    return sipp;
  }

  /** A caller: runs the scenario "calls" times against target; done() waits. */
  static async call(scenario, target, { calls = 1, number, args = [], port } = {}) {
    const sipp = new Sipp();
    sipp.port = port ?? await freePort();
    sipp.start(['-sf', path.join(SCENARIOS, `${scenario}.xml`), '-i', '127.0.0.1',
      '-p', String(sipp.port), '-m', String(calls), '-s', number, '-nostdin',
      '-mp', String(await freePort()), '-message_file', 'messages.log', '-trace_msg',
      '-trace_err', '-error_file', 'errors.log', ...args, target]);
    await sipp.started();
    return sipp;
  }

  start(args) {
    this.temp = temporaryDirectory('sipp');
    this.child = new Child('sipp', args, { cwd: this.temp.dir });
  }

  /** It has its sockets, or said why not. A caller may be through with its calls already. */
  async started() {
    await until('SIPp to have its port', () => this.child.exit || portTaken(this.port));
    if (this.child.exit) await this.done();
  }

  /** Its calls went as the scenario says. */
  async done(seconds = 60) {
    const { code, signal, forced } = await this.child.finish(seconds);
    assert.equal(code, 0, `SIPp ended with ${code ?? signal}${forced ? ' after SIGKILL' : ''}:\n` +
      `${this.child.said()}${this.#log('errors')}${this.#log('messages')}`);
  }

  /** The end of what it wrote into that log. */
  #log(name) {
    const file = path.join(this.temp.dir, `${name}.log`);
    return existsSync(file) ? `${name}.log:\n${readFileSync(file, 'latin1').slice(-2000)}\n` : '';
  }

  async stop() {
    await this.child.stop('SIGKILL', 3);
    if (!process.env.KEEP) this.temp.remove();
  }
}

/**
 * Asks the kernel: to try the port would take it from who is about to listen there. An IPv6
 * address is not told from another.
 */
export function portTaken(port, address = '127.0.0.1') {
  const hex = (number, digits) => Number(number).toString(16).toUpperCase().padStart(digits, '0');
  const host = address.includes(':') ? '' : address.split('.').reverse()
    .map((byte) => hex(byte, 2)).join('');
  const file = host ? '/proc/net/udp' : '/proc/net/udp6';
  return readFileSync(file, 'utf8').split('\n').some((line) => {
    const [ip, at] = line.trimStart().split(/\s+/)[1]?.split(':') ?? [];
    return at === hex(port, 4) && (!host || ip === host || ip === '00000000');
  });
}
