// SPDX-License-Identifier: Apache-2.0
// sipsak.mjs - Debian's sipsak, which makes no calls: it registers, asks with OPTIONS and sends
// a MESSAGE. It looks its server up in DNS, so it is given the address as the domain. By TLS it
// takes a session ticket (TLS 1.3) for the answer and gives up, so it gets a GnuTLS without; and
// it compares the certificate's name with address and port.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../e2e/lib/process.mjs';
import { CASES } from '../cases.mjs';
import { freePort, temporaryDirectory, until } from '../../e2e/lib/wait.mjs';

const GONE = 'its connection ends with its 200, and the binding with it';

export default class Sipsak {
  static title = 'sipsak';
  static transports = ['udp', 'tcp', 'tls'];
  static cases = ['register', 'again', 'options', 'message', 'leave'];
  static extra = {
    options: { title: 'OPTIONS', seconds: 15 },
    message: { title: 'MESSAGE', seconds: 15 },
  };
  static cannot = {};
  static cannotOver = { tcp: { again: GONE, leave: GONE }, tls: { again: GONE, leave: GONE } };

  static sha256 = { said: /request already contains .* Authorization, but received 40/,
    note: 'sipsak knows MD5 alone, and answers one challenge: *request already contains ' +
      'Authorization*' };

  static async version() {
    const { stdout } = await run('dpkg-query', ['-W', '-f', '${Version}', 'sipsak']);
    return stdout.trim();
  }

  static async start(account, { server }) {
    const client = new Sipsak();
    client.account = account;
    client.temp = temporaryDirectory('sipsak');
    client.tls = ['--transport=tls', '--tls-ignore-cert-failure',
      `--tls-ca-cert=${path.join(server.stateDir, 'tls.crt')}`];
    client.gnutls = path.join(client.temp.dir, 'gnutls.conf');
    writeFileSync(client.gnutls, '[overrides]\ndisabled-version = tls1.3\n');
    client.port = await freePort();
    await client.register(120);
    return client;
  }

  async #run(args) {
    const { transport } = this.account;
    this.last = await run('sipsak', [...args, '-H', '127.0.0.1',
      ...(transport === 'tls' ? this.tls : [`--transport=${transport}`])],
    { seconds: 12, env: { ...process.env, GNUTLS_SYSTEM_PRIORITY_FILE: this.gnutls } });
    return this.last;
  }

  async register(expires) {
    const { user, proxy, authName, password } = this.account;
    return this.#run(['-U', '-n', '-x', String(expires), '-s', `sip:${user}@${proxy}`,
      '-u', authName, '-a', password, '-C', `sip:${user}@127.0.0.1:${this.port}`]);
  }

  registered() {
    assert.equal(this.last.code, 0, `sipsak ended with ${this.last.code}: ${this.last.stdout.trim()
      .split('\n').pop()}`);
  }

  own = {
    async register(s) {
      this.registered();
      if (this.account.transport === 'udp') await CASES.register.run(s);
      return this.account.transport === 'tls' ? 'TLS 1.2' : undefined;
    },

    async again(s) {
      const [before] = await s.server.bindings(s.line);
      await until('a lower expiry', async () =>
        (await s.server.bindings(s.line))[0].expires_s < before.expires_s, 5);
      const [lower] = await s.server.bindings(s.line);
      await this.register(240);
      this.registered();
      const [after] = await s.server.bindings(s.line);
      assert.ok(after.expires_s > lower.expires_s || after.registered_at !== lower.registered_at,
        'the binding is not newer');
    },

    async options() {
      const { code, stdout } = await this.#run(['-vvv', '-s', `sip:${this.account.proxy}`]);
      assert.equal(code, 0, stdout.slice(-200));
      assert.match(stdout, /SIP\/2\.0 200/);
    },

    /** What policy says of it is answered; nothing of it is relayed. Its own mode for this, -M,
     *  crashes in Debian's version, so it gets the message as a file. */
    async message() {
      const { user, proxy, authName, password } = this.account;
      const uri = `sip:${user}@${proxy}`;
      const file = path.join(this.temp.dir, 'message.sip');
      writeFileSync(file, [`MESSAGE ${uri} SIP/2.0`, `From: <${uri}>;tag=1`, `To: <${uri}>`,
        `Call-ID: ${randomUUID()}`, 'CSeq: 1 MESSAGE', 'Max-Forwards: 70',
        'Content-Type: text/plain', 'Content-Length: 5', '', 'hello'].join('\r\n'));
      const { stdout } = await this.#run(['-f', file, '-s', uri, '-vvv', '-u', authName, '-a', password]);
      const status = [...stdout.matchAll(/^SIP\/2\.0 (\d+)/gm)].at(-1)?.[1];
      assert.match(status ?? '', /^(202|200|405|403|480)$/, `answered ${status}`);
      return `answered ${status}`;
    },

    async leave(s) {
      await this.register(0);
      await until('the binding to leave', async () =>
        (await s.server.bindings(s.line)).length === 0, 5);
    },
  };

  diagnosis() {
    return `${this.last?.stdout.slice(-800)}${this.last?.stderr.slice(-300)}`;
  }

  async stop() { this.temp.remove(); }
}
