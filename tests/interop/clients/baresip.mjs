// SPDX-License-Identifier: Apache-2.0
// baresip.mjs - Debian's baresip, driven as tests/e2e does.
import { Baresip } from '../../e2e/lib/baresip.mjs';
import { run } from '../../e2e/lib/process.mjs';

export default class BaresipClient {
  static title = 'baresip';
  static transports = ['udp', 'tcp', 'tls'];
  static secure = true;
  static cannot = { attended: 'baresip 1.0 has no attended transfer',
    reliable: 'baresip 1.0 knows no reliable responses', refresh: 'baresip 1.0 knows no session timers' };

  static sha256 = { said: /Register: Function not implemented/,
    note: 'baresip 1.0 knows MD5 alone: *Function not implemented*' };

  static async version() {
    const { stdout } = await run('dpkg-query', ['-W', '-f', '${Version}', 'baresip-core']);
    return stdout.trim();
  }

  static async start(account, { mode } = {}) {
    const client = new this();
    client.account = account;
    client.phone = await Baresip.start({ ...account, regint: account.expires,
      ...(mode === 'secure' ? { encryption: 'srtp' } : {}) });
    return client;
  }

  async registered() {
    await this.phone.event('REGISTER_OK', 8);
  }

  call(number) {
    this.phone.forget();
    this.phone.dial(`sip:${number}@${this.account.domain}`);
  }

  async ringing() {
    return (await this.phone.event('CALL_INCOMING', 8)).peeruri;
  }

  answer() { this.phone.accept(); }
  established() { return this.phone.event('CALL_ESTABLISHED', 8); }
  heard() { return this.phone.event('CALL_RTPESTAB', 8); }
  hold() { this.phone.command('hold'); }
  resume() { this.phone.command('resume'); }
  dtmf(digit) { this.phone.command('sndcode', digit); }
  transfer(number) { this.phone.command('transfer', `sip:${number}@${this.account.domain}`); }
  hangup() { this.phone.hangup(); }
  over() { return this.phone.event('CALL_CLOSED', 8); }
  forget() { this.phone.forget(); }

  diagnosis() {
    return (this.phone.child.stdout + this.phone.child.stderr).slice(-1500);
  }

  async stop() {
    await this.phone.stop();
  }
}

