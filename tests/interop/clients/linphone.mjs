// SPDX-License-Identifier: Apache-2.0
// linphone.mjs - Debian's linphone-daemon (linphone-cli): commands over a socket in /tmp, which
// is where it insists on putting it. Without a sound card it plays its music on hold to the
// other side, which here is a tone, and drops what it hears.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { tone } from '../../e2e/lib/baresip.mjs';
import { Child, run } from '../../e2e/lib/process.mjs';
import { freePort, temporaryDirectory, until } from '../../e2e/lib/wait.mjs';

const MODES = {
  // Reliable responses demanded; sessions of 90 s, which it refreshes itself.
  extended: `100rel_support_level=2
session_expires_enabled=1
session_expires_value=90
session_expires_min_value=90
session_expires_refresher_value=2
`,
  secure: `media_encryption=srtp
media_encryption_mandatory=1
`,
};

export default class Linphone {
  static title = 'linphone-daemon';
  static transports = ['udp', 'tcp', 'tls'];
  static secure = true;
  static cannot = {};

  static sha256 = { state: 'no', said: /Authentication is failing constantly/,
    note: 'Linphone knows SHA-256, but takes a second challenge in a row for a wrong password ' +
      '(*Authentication is failing constantly*) and tries again after a minute. The server ' +
      'therefore never asks Linphone for SHA-256; here it was made to' };

  static async version() {
    const { stdout } = await run('dpkg-query', ['-W', '-f', '${Version}', 'linphone-cli']);
    return stdout.trim();
  }

  static async start(account, { mode }) {
    const client = new Linphone();
    client.account = account;
    client.temp = temporaryDirectory('linphone');
    client.said = '';
    client.events = '';
    const { dir } = client.temp;
    const port = await freePort();
    const { user, domain, authName, password, proxy, transport, expires, authority } = account;
    mkdirSync(path.join(dir, '.local/share/linphone'), { recursive: true });
    writeFileSync(path.join(dir, 'tone.wav'), tone(440, 30));
    const ports = { udp: 0, tcp: 0, tls: 0, [transport]: port };
    client.rc = `[sip]
sip_port=${ports.udp}
sip_tcp_port=${ports.tcp}
sip_tls_port=${ports.tls}
root_ca=${authority}
verify_server_certs=1
verify_server_cn=0
default_proxy=0
guess_hostname=0
register_only_when_network_is_up=0
keepalive_period=30000
${MODES[mode] ?? ''}
[rtp]
audio_rtp_port=${await freePort()}
disable_upnp=1

[net]
mtu=1300

[sound]
hold_music=${dir}/tone.wav

[misc]
log_collection_upload_server_url=
version_check_url_root=

[proxy_0]
reg_identity=sip:${user}@${domain}
reg_proxy=<sip:${proxy};transport=${transport}>
reg_route=<sip:${proxy};transport=${transport};lr>
reg_sendregister=1
reg_expires=${expires}
publish=0

[auth_info_0]
username=${user}
userid=${authName}
passwd=${password}
realm=${domain}
domain=${domain}
`;
    writeFileSync(path.join(dir, 'linphonerc'), client.rc);
    const pipe = `ownline-interop-${randomBytes(6).toString('hex')}`;
    client.socketPath = path.join('/tmp', pipe);
    client.child = new Child('linphone-daemon', ['--pipe', pipe, '--config',
      path.join(dir, 'linphonerc'), '--log', path.join(dir, 'log'), '--disable-stats-events'],
    { cwd: dir, env: { ...process.env, HOME: dir } });
    await client.#connect();
    return client;
  }

  async #connect() {
    this.socket = await until('the socket of linphone-daemon', () => new Promise((done, fail) => {
      if (this.child.exit) fail(new Error(`it ended: ${this.child.stderr.slice(-500)}`));
      const socket = net.connect(this.socketPath, () => done(socket));
      socket.once('error', fail);
    }), 15);
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => { this.said += bytes; });
  }

  /** One command and all that it says: the answer to "version" behind it marks its end. */
  async command(text) {
    const turn = (this.turn ?? Promise.resolve()).then(async () => {
      this.said = '';
      this.socket.write(`${text}\n`);
      await until(`linphone-daemon to answer ${text}`, () => /^Status: /m.test(this.said), 8);
      this.socket.write('version\n');
      await until('linphone-daemon to say its version', () => /^Version: \S+\n/m.test(this.said), 8);
      return this.said.slice(0, this.said.lastIndexOf('Status: '));
    });
    this.turn = turn.catch(() => {});
    return turn;
  }

  /** The states that its calls have been in since the last forget(). */
  async states() {
    for (;;) {
      const event = await this.command('pop-event');
      if (/^Size: 0$/m.test(event) && !/^Event/m.test(event)) return this.events;
      this.events += event;
      if (!/^Event/m.test(event)) return this.events;
    }
  }

  state(pattern, seconds = 8) {
    return until(`linphone to be ${pattern}`,
      async () => (await this.states()).match(pattern), seconds);
  }

  async registered() {
    await until('linphone to be registered', async () =>
      /LinphoneRegistrationOk/.test(await this.command('register-status ALL')), 10);
  }

  async forget() {
    await this.states();
    this.events = '';
    this.logMark = statSync(path.join(this.temp.dir, 'log')).size;
  }

  async call(number) {
    await this.forget();
    const said = await this.command(`call sip:${number}@${this.account.domain}`);
    this.id = said.match(/^Id: (\d+)/m)?.[1];
    if (!this.id) throw new Error(`linphone would not call: ${said}`);
    return this.id;
  }

  async ringing() {
    const [, event] = await this.state(/(IncomingReceived[^]*?Id: \d+)/);
    this.id = event.match(/Id: (\d+)/)[1];
    return (await this.command(`call-status ${this.id}`)).match(/From: (.*)/)?.[1];
  }

  async must(text) {
    const said = await this.command(text);
    if (!/^Status: Ok/m.test(said)) throw new Error(`${text}: ${said.trim()}`);
    return said;
  }

  answer() { return this.must(`answer ${this.id}`); }
  established() { return this.state(/StreamsRunning/); }

  /** It logs each second how much came in, in kbit/s: "RTP : [d=80.02,u=81.5]". Its command
   *  call-stats kills it. */
  heard() {
    return until('linphone to hear sound', () => {
      return [...this.#log().matchAll(/RTP : \[d=([\d.]+)/g)].some(([, rate]) => Number(rate) > 20);
    }, 8);
  }

  /** What it wrote since the last forget(), messages word by word. */
  #log() {
    return readFileSync(path.join(this.temp.dir, 'log'), 'utf8').slice(this.logMark);
  }

  acknowledged() { return until('linphone to send PRACK', () => /^PRACK sip:/m.test(this.#log()), 8); }

  async refreshed(seconds) {
    await this.forget();
    const [, way, method] = await until('the session to be refreshed', () => this.#log().match(
      /message (sent to|received from)[^]*?^(UPDATE|INVITE) sip:[^]*?^Session-Expires:/m), seconds);
    return `${method} by ${way === 'sent to' ? 'the client' : 'the server'}`;
  }

  hold() { return this.must(`call-pause ${this.id}`); }
  resume() { return this.must(`call-resume ${this.id}`); }
  dtmf(digit) { return this.must(`dtmf ${digit}`); }

  transfer(number) {
    return this.must(`call-transfer ${this.id} sip:${number}@${this.account.domain}`);
  }

  attended(first, second) { return this.must(`call-transfer ${first} ${second}`); }
  hangup() { return this.must(`terminate ${this.id}`); }
  over() { return this.state(/CallEnd|CallReleased|CallError/); }

  diagnosis() {
    const given = this.#log().match(/Authentication is failing.*/)?.[0] ?? '';
    return `${given}\n${this.events.slice(-600)}\n${this.said.slice(-300)}`;
  }

  async stop() {
    this.socket?.write('quit\n');
    await until('linphone-daemon to end', () => this.child.exit, 4).catch(() => {});
    this.socket?.destroy();
    await this.child.stop('SIGTERM', 2);
    if (!process.env.KEEP) this.temp.remove();
  }
}
