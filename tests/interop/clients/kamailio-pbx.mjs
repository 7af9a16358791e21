// SPDX-License-Identifier: Apache-2.0
// kamailio-pbx.mjs - Kamailio as a PBX: its uac module registers the line, and one extension
// (lib/agent.mjs) calls and is called through it.
import { freePort, until } from '../../e2e/lib/wait.mjs';
import { Agent, userOf } from '../lib/agent.mjs';
import { Kamailio, version } from '../lib/kamailio.mjs';

const TABLE = 'id(int,auto) l_uuid(string) l_username(string) l_domain(string) ' +
  'r_username(string) r_domain(string) realm(string) auth_username(string) ' +
  'auth_password(string) auth_ha1(string,null) auth_proxy(string) expires(int) flags(int) ' +
  'reg_delay(int) contact_addr(string,null) socket(string,null)\n';
const escape = (text) => text.replace(/[\\:]/g, '\\$&');

export default class Pbx {
  static title = 'Kamailio as registering PBX';
  static transports = ['udp', 'tcp', 'tls'];
  static cannot = { leave: 'it says nothing when it ends; the binding runs out' };
  static cases = ['register', 'again', 'out', 'in', 'hold', 'held', 'dtmf', 'transfer', 'attended',
    'cancel', 'cancelled', 'leave'];
  static sha256 = { said: /authentication failed for/,
    note: 'the uac module of Kamailio 5.6 knows MD5 alone, and answers one challenge: ' +
      '*authentication failed*' };
  static version = version;

  static async start(account) {
    const client = new Pbx();
    client.account = account;
    const { user, domain, authName, password, proxy, transport, expires, authority } = account;
    client.ext = await Agent.open();
    client.port = await freePort();
    client.kamailio = await Kamailio.start('pbx', { PORT: client.port, EXTPORT: client.ext.port,
      LINE: user, DOMAIN: domain, AUTHNAME: authName, SECRET: password, HOUSE: proxy,
      TRANSPORT: transport, AUTHORITY: authority }, {
      version: `table_name(string) table_version(int)\nuacreg:5\n`,
      uacreg: `${TABLE}0:${[user, user, domain, user, domain, domain, authName, password, '',
        `sip:${proxy};transport=${transport}`].map(escape).join(':')}:${expires}:0:0::\n`,
    });
    return client;
  }

  async registered() {
    await until('the binding of the PBX', async () =>
      (await this.account.bindings()).length > 0, 10);
  }

  async call(number) {
    const { user, domain } = this.account;
    this.now = await this.ext.call({ host: '127.0.0.1', port: this.port },
      { to: number, domain, from: `sip:${user}@${domain}` });
  }

  async ringing() {
    this.now = await this.ext.ring(this.account.user);
    return userOf(this.now.remote);
  }

  answer() { return this.now.answer(); }
  established() { return until('the extension to talk', () => this.now.answered, 8); }
  heard() { return this.now.heard(); }
  hold() { return this.now.reinvite('sendonly'); }
  resume() { return this.now.reinvite('sendrecv'); }
  dtmf(digit) { this.now.rtp.dtmf(digit); }
  transfer(number) { return this.now.refer(`sip:${number}@${this.account.domain}`); }
  get id() { return this.now; }
  attended(first, second) { return first.refer(second.replaced()); }
  hangup() { return this.now.answered ? this.now.hangup() : this.now.cancel(); }
  over() { return until('the extension to be free', () => this.ext.calls.every((c) => c.ended), 8); }
  forget() { this.ext.sweep(); }

  diagnosis() {
    return `${this.kamailio.child.stderr.slice(-800)}\n` +
      this.ext.seen.slice(-6).map((m) => m.text).join('\n');
  }

  async stop() {
    await this.kamailio.stop();
    this.ext.close();
  }
}
