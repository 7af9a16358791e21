// SPDX-License-Identifier: Apache-2.0
// sipp.mjs - Debian's SIPp. It plays a scenario and cannot be talked to, so each case is one: put
// together from the steps in ../sipp, and judged by its exit, the far end and the CDR.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Child, run } from '../../e2e/lib/process.mjs';
import { portTaken } from '../../e2e/lib/sipp.mjs';
import { freePort, temporaryDirectory, until } from '../../e2e/lib/wait.mjs';
import { cdrOf, comeIn, is, national } from '../cases.mjs';

const STEPS = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../sipp');
const CONNECTION = 'it cannot take calls on the connection that it registered over';

export default class Sipp {
  static title = 'SIPp';
  static transports = ['udp', 'tcp'];
  static cases = ['register', 'again', 'out', 'in', 'hold', 'held', 'dtmf', 'transfer', 'cancel',
    'cancelled', 'reliable', 'refresh', 'leave'];
  static cannot = {};
  static cannotOver = { tcp: { in: CONNECTION, cancelled: CONNECTION } };

  static async version() {
    const { stdout } = await run('dpkg-query', ['-W', '-f', '${Version}', 'sip-tester']);
    return stdout.trim();
  }

  static sha256 = { said: /authentication must use MD5/,
    note: 'SIPp 3.6 knows MD5 alone: *authentication must use MD5*' };

  static async start(account, { algorithm }) {
    const client = new Sipp();
    client.account = account;
    client.temp = temporaryDirectory('sipp');
    client.port = await freePort();
    client.children = [];
    client.registration = await client.play('registration',
      algorithm === 'SHA-256' ? ['register-twice', 'stay'] : ['register', 'wait', 'register', 'stay'], { expires: account.expires });
    return client;
  }

  /** Plays the steps; the port is the one that it registers from. */
  async play(name, steps, { number = '0', target = '0', expires = 0, port = this.port,
    headers = [] } = {}) {
    const { dir } = this.temp;
    const { user, domain, authName, password, proxy, transport } = this.account;
    const file = path.join(dir, `${name}.xml`);
    writeFileSync(file, `<?xml version="1.0"?>\n<scenario name="${name}">\n` +
      steps.map((step) => readFileSync(path.join(STEPS, `${step}.xml`), 'utf8')).join('')
        .replaceAll('User-Agent: SIPp', ['User-Agent: SIPp', ...headers].join('\n')) +
      '</scenario>\n');
    const answers = steps[0] === 'ring';
    this.last = new Child('sipp', ['-sf', file, '-i', '127.0.0.1', '-p', String(port),
      '-t', transport === 'udp' ? 'u1' : 't1', '-m', '1', '-nostdin', '-rtp_echo',
      // What it hashes; by itself it takes the server's address, which is not what it asks for.
      '-auth_uri', steps[0] === 'invite' ? `${number}@${domain}` : domain,
      '-mp', String(await freePort()), '-s', number, '-au', authName, '-ap', password,
      '-key', 'line', user, '-key', 'domain', domain, '-key', 'expires', String(expires),
      '-key', 'target', target, '-trace_msg', '-message_file', `${name}.log`, '-trace_err',
      '-error_file', `${name}.err`, ...(answers ? [] : [proxy])], { cwd: dir });
    this.children.push(this.last);
    return this.last;
  }

  messages(name) {
    try {
      return readFileSync(path.join(this.temp.dir, `${name}.log`), 'utf8');
    } catch {
      return '';
    }
  }

  async registered() {
    await until('SIPp to see the 200 of its REGISTER', () =>
      /^SIP\/2\.0 200 /m.test(this.messages('registration')), 8);
  }

  /** The port is free again, as a call over UDP comes to it. */
  async #portFree() {
    if (this.account.transport === 'udp') await this.registration.stop('SIGKILL', 1);
    else this.elsewhere = await freePort();
  }

  /** Over UDP calls come to the port that it registers from, and what refreshed the binding
   *  has to leave it. */
  async #awaits(name, steps) {
    await this.#portFree();
    await this.ended(await this.play('here', ['register'], { expires: 20 }));
    const child = await this.play(name, steps);
    await until('SIPp to listen', () => portTaken(this.port), 5);
    return child;
  }

  /** bye: it may have got the BYE in one piece with what was before it, and calls it
   *  unexpected then; it answers it all the same. */
  async ended(child, { bye = false } = {}) {
    const exit = await Promise.race([child.ended,
      new Promise((_, fail) => { setTimeout(() => fail(new Error('SIPp waits')), 15000).unref(); })]);
    if (bye && /unexpected BYE/.test(child.stderr)) return;
    assert.equal(exit.code, 0, `SIPp ended with ${exit.code}`);
  }

  async #calling(name, s, number, steps, options = {}) {
    await this.#portFree();
    const child = await this.play(name, ['invite', ...steps],
      { number: national(number), port: this.elsewhere, ...options });
    return { child, call: await s.far.ring(number) };
  }

  own = {
    async out(s) {
      const number = s.number();
      const cdr = await cdrOf(s, number, async () => {
        const { child, call } = await this.#calling('out', s, number, ['answered', 'talk', 'bye']);
        assert.match(call.invite.header('p-asserted-identity'), new RegExp(`\\${s.line}`));
        await call.answer();
        await call.heard();
        await call.over();
        await this.ended(child);
      });
      is(cdr, { cause: 'caller_hung_up', direction: 'out', class: 'mobile' });
      assert.ok(Number(cdr.charge) > 0);
    },

    async in(s) {
      const cdr = await cdrOf(s, s.line, async () => {
        const child = await this.#awaits('in', ['ring', 'pickup', 'byed']);
        const call = await comeIn(s);
        assert.equal(await call.outcome(), 200);
        await call.heard();
        await call.hangup();
        await this.ended(child);
      });
      is(cdr, { cause: 'caller_hung_up', direction: 'in' });
    },

    async hold(s) {
      const { child, call } = await this.#calling('hold', s, s.number(), ['answered', 'hold', 'bye']);
      await call.answer();
      await call.over();
      assert.deepEqual(call.holds, ['sendonly', 'sendrecv']);
      await this.ended(child);
    },

    async held(s) {
      const { child, call } = await this.#calling('held', s, s.number(), ['answered', 'reinvited', 'byed']);
      await call.answer();
      assert.equal(await call.reinvite('sendonly'), 'recvonly');
      assert.equal(await call.reinvite('sendrecv'), 'sendrecv');
      await call.hangup();
      await this.ended(child);
    },

    async dtmf(s) {
      const { child, call } = await this.#calling('dtmf', s, s.number(), ['answered', 'info', 'bye']);
      await call.answer();
      await call.over();
      assert.match(call.infos[0], /Signal=5/);
      await this.ended(child);
      return 'INFO';
    },

    async transfer(s) {
      const target = s.number();
      const cdr = await cdrOf(s, target, async () => {
        const { child, call } = await this.#calling('transfer', s, s.number(), ['answered', 'refer'],
          { target: national(target) });
        await call.answer();
        const second = await s.far.ring(target);
        await second.answer();
        await Promise.all([call.heard(), second.heard()]);
        await this.ended(child, { bye: true });
        await second.hangup();
        await call.over();
      });
      assert.ok(Number(cdr.charge) > 0);
    },

    async cancel(s) {
      const number = s.number();
      const cdr = await cdrOf(s, number, async () => {
        const { child, call } = await this.#calling('cancel', s, number, ['cancel']);
        await until('CANCEL at the far end', () => call.cancelled, 6);
        await this.ended(child);
      });
      is(cdr, { cause: 'cancelled', answered_at: null });
    },

    async cancelled(s) {
      const cdr = await cdrOf(s, s.line, async () => {
        const child = await this.#awaits('cancelled', ['ring', 'cancelled']);
        const call = await comeIn(s);
        await until('it to ring', () => call.ringing, 6);
        await call.cancel();
        assert.equal(await call.outcome(), 487);
        await this.ended(child);
      });
      is(cdr, { cause: 'cancelled', answered_at: null });
    },

    async reliable(s) {
      const { child, call } = await this.#calling('reliable', s, s.number(), ['reliable'],
        { headers: ['Require: 100rel'] });
      await call.progressReliably();
      await call.answer();
      await call.heard();
      await call.over();
      await this.ended(child);
      if (s.transport !== 'udp') return 'outwards';
      const callee = await this.#awaits('rings', ['ring-reliably', 'byed']);
      const back = await comeIn(s, ['Supported: 100rel']);
      assert.equal(await back.outcome(), 200);
      assert.equal(back.prackAnswer, 200);
      await back.hangup();
      await this.ended(callee);
      return undefined;
    },

    async refresh(s) {
      const { child, call } = await this.#calling('refresh', s, s.number(),
        ['answered', 'update', 'bye'], { headers: ['Supported: timer', 'Session-Expires: 90'] });
      await call.answer();
      await call.over();
      await this.ended(child);
      return 'UPDATE by the client';
    },

    async leave(s) {
      const bound = async () => (await s.server.bindings(s.line)).some(({ contact }) =>
        contact.includes(`:${this.port}`));
      await this.#portFree();
      if (s.transport === 'udp') {
        await this.ended(await this.play('comes', ['register'], { expires: 20 }));
        assert.ok(await bound());
        await this.ended(await this.play('leaves', ['register']));
      } else await this.registration.stop('SIGKILL', 1);
      await until('the binding to leave', async () => !await bound(), 5);
      await this.stop();
    },
  };

  diagnosis() {
    return this.last.stderr.slice(-400);
  }

  async stop() {
    for (const child of this.children) await child.stop('SIGKILL', 1);
    if (!process.env.KEEP) this.temp.remove();
  }
}
