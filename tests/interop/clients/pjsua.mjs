// SPDX-License-Identifier: Apache-2.0
// pjsua.mjs - pjproject's console phone, driven by its menu on standard input. Debian 12 has no
// package of it: it is tried when there is a pjsua in the path (or PJSUA names one).
import { Child, run } from '../../e2e/lib/process.mjs';
import { freePort, until } from '../../e2e/lib/wait.mjs';

const MODES = { extended: ['--use-100rel', '--use-timer=2', '--timer-se=90'],
  secure: ['--use-srtp=2', '--srtp-secure=0'] };
const PJSUA = process.env.PJSUA ?? 'pjsua';

export default class Pjsua {
  static title = 'pjsua';
  static transports = ['udp', 'tcp', 'tls'];
  static secure = true;
  static cannot = {};

  static async version() {
    const { code, stdout } = await run(PJSUA, ['--version']);
    return code === 0 ? stdout.match(/PJ_VERSION\s*: (\S+)/)?.[1] : undefined;
  }

  static async start(account, { mode }) {
    const client = new Pjsua();
    client.account = account;
    client.mark = 0;
    const { user, domain, authName, password, proxy, transport, expires, authority } = account;
    const others = { udp: ['--no-tcp'], tcp: ['--no-udp'],
      tls: ['--no-udp', '--use-tls', `--tls-ca-file=${authority}`, '--tls-verify-server'] }[transport];
    // stdbuf: it says what happened when it happened.
    client.child = new Child('stdbuf', ['-oL', PJSUA, `--id=sip:${user}@${domain}`, `--registrar=sip:${domain}`,
      `--proxy=sip:${proxy};transport=${transport};lr`, '--realm=*', `--username=${authName}`,
      `--password=${password}`, `--reg-timeout=${expires}`, '--null-audio', '--no-vad',
      '--no-tones', '--clock-rate=8000', '--bound-addr=127.0.0.1', '--ip-addr=127.0.0.1', `--local-port=${await freePort()}`,
      `--rtp-port=${await freePort()}`, '--max-calls=4',
      '--app-log-level=4', '--log-level=4', '--no-color', ...others,
      ...(MODES[mode] ?? [])],
    { stdio: ['pipe', 'pipe', 'pipe'] });
    client.child.process.stdin.on('error', () => {});
    await client.child.output(/^>>> /m, 10);
    return client;
  }

  say(...lines) {
    this.child.process.stdin.write(`${lines.join('\n')}\n`);
  }

  #said(pattern, seconds = 8) {
    return until(`pjsua to say ${pattern}`, () => {
      if (this.child.exit) throw new Error('it ended');
      return this.child.stdout.slice(this.mark).match(pattern);
    }, seconds);
  }

  registered() {
    return until('pjsua to be registered', () =>
      /registration success, status=200/.test(this.child.stdout), 10);
  }

  forget() { this.mark = this.child.stdout.length; }

  async call(number) {
    this.forget();
    this.say('m', `sip:${number}@${this.account.domain}`);
    [, this.id] = await this.#said(/Call (\d+) state changed to CALLING/);
  }

  async ringing() {
    const [, from] = await this.#said(/Incoming call for account[^]*?From: (.*)/);
    return from;
  }

  ring() { this.say('a', '180'); } // which it does not by itself
  answer() { this.say('a', '200'); }
  established() { return this.#said(/state changed to CONFIRMED/); }

  /** Asks for the quality of the call until some packets have come in. */
  heard() {
    return until('pjsua to hear sound', async () => {
      const from = this.child.stdout.length;
      this.say('dq');
      await until('pjsua to show its statistics', () =>
        /TX pt=/.test(this.child.stdout.slice(from)), 2);
      const [, packets, thousands] = this.child.stdout.slice(from)
        .match(/RX pt=[^]*?total ([\d.]+)(K?)pkt/);
      return thousands || Number(packets) > 10;
    }, 8);
  }

  hold() { this.say('H'); }
  resume() { this.say('v'); }
  dtmf(digit) { this.say('#', digit); }
  transfer(number) { this.say('x', `sip:${number}@${this.account.domain}`); }
  attended(first) { this.say('X', first); }
  hangup() { this.say('h'); }

  acknowledged() { return this.#said(/Response msg 200\/PRACK/); }

  /** What refreshes the session, whichever side begins. */
  async refreshed(seconds) {
    this.forget();
    const [, way, method] = await this.#said(
      /(TX|RX) \d+ bytes Request msg (UPDATE|INVITE)\/[^]*?Session-Expires[^]*?Response msg 200\/\2/, seconds);
    return `${method} by ${way === 'TX' ? 'the client' : 'the server'}`;
  }

  async over() {
    await this.#said(/is DISCONNECTED/);
    await until('pjsua to have no call', () => {
      const calls = new Set();
      for (const [, id, state] of this.child.stdout.matchAll(
        /Call (\d+) (?:state changed to (?:CALLING|INCOMING|CONFIRMED)|is (DISCONNECTED))/g)) {
        if (state) calls.delete(id);
        else calls.add(id);
      }
      return calls.size === 0;
    }, 8);
  }

  diagnosis() { return this.child.stdout.slice(-(process.env.LOG_SIZE ?? 3000)); }

  async stop() {
    if (!this.child.exit) this.say('q');
    await until('pjsua to end', () => this.child.exit, 5).catch(() => {});
    await this.child.stop('SIGKILL', 1);
  }
}
