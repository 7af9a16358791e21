// SPDX-License-Identifier: Apache-2.0
// baresip.mjs - a real baresip 1.0, driven through its ctrl_tcp module (netstrings of JSON).
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Child } from './process.mjs';
import { freePort, temporaryDirectory, until } from './wait.mjs';

/** A WAV file of a sine: 8 kHz, 16 bit, mono. */
export function tone(hertz, seconds) {
  const samples = 8000 * seconds;
  const wav = Buffer.alloc(44 + 2 * samples);
  wav.write('RIFF', 0); wav.writeUInt32LE(36 + 2 * samples, 4); wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16); wav.writeUInt16LE(1, 20); wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24); wav.writeUInt32LE(16000, 28);
  wav.writeUInt16LE(2, 32); wav.writeUInt16LE(16, 34);
  wav.write('data', 36); wav.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i++) {
    wav.writeInt16LE(Math.round(12000 * Math.sin((2 * Math.PI * hertz * i) / 8000)), 44 + 2 * i);
  }
  return wav;
}

const MODULES = '/usr/lib/baresip/modules';

export class Baresip {
  /**
   * account: { user, domain, authName, password, proxy: "127.0.0.1:5060", transport,
   * regint, answer: "manual" | "auto",
   * encryption: "srtp", always }
   */
  static async start(account) {
    const phone = new Baresip();
    phone.temp = temporaryDirectory('baresip');
    phone.events = [];
    phone.account = account;
    const { dir } = phone.temp;
    mkdirSync(dir, { recursive: true });
    const control = await freePort();
    const sip = account.port ?? await freePort();
    phone.sipPort = sip;
    const family = account.proxy.startsWith('[') ? '[::1]' : '127.0.0.1';
    writeFileSync(path.join(dir, 'config'), [
      `sip_listen ${family}:${sip}`,
      `net_interface ${family === '127.0.0.1' ? family : '::1'}`,
      `audio_player aufile,${dir}/heard.wav`, `audio_source aufile,${dir}/tone.wav`,
      `audio_alert aufile,${dir}/alert.wav`, `audio_path ${dir}`,
      'rtp_ports 20000-39998', 'audio_srate 8000', 'audio_channels 1',
      `module_path ${MODULES}`,
      'module g711.so', 'module aufile.so',
      ...(account.encryption ? [`module ${account.encryption}.so`] : []),
      'module_tmp account.so', 'module_app menu.so', 'module_app ctrl_tcp.so',
      `ctrl_tcp_listen 127.0.0.1:${control}`,
      'call_max_calls 4', 'call_local_timeout 120',
    ].join('\n') + '\n');
    writeFileSync(path.join(dir, 'tone.wav'), tone(440, 30));
    const transport = account.transport ?? 'udp';
    const auth = account.password === undefined ? '' :
      `;auth_user=${account.authName};auth_pass=${account.password}`;
    writeFileSync(path.join(dir, 'accounts'),
      `<sip:${account.user}@${account.domain};transport=${transport}>${auth}` +
      `;outbound="sip:${account.proxy};transport=${transport}"` +
      `;regint=${account.regint ?? 60};answermode=${account.answer ?? 'manual'}` +
      (account.encryption ? `;mediaenc=${account.encryption}-mand` : '') +
      ';audio_codecs=pcma/8000/1;ptime=20;mwi=no\n');
    writeFileSync(path.join(dir, 'contacts'), '\n');
    phone.child = new Child('baresip', ['-f', dir, '-v'], { cwd: dir });
    await phone.#connect(control);
    return phone;
  }

  async #connect(port) {
    this.socket = await until('the control port of baresip', () => new Promise((done, fail) => {
      if (this.child.exit) fail(new Error(`baresip ended: ${this.child.stdout}${this.child.stderr}`));
      const socket = net.connect(port, '127.0.0.1', () => done(socket));
      socket.once('error', fail);
    }), 5);
    let pending = Buffer.alloc(0);
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => {
      pending = Buffer.concat([pending, bytes]);
      for (;;) {
        const colon = pending.indexOf(':');
        if (colon < 0) return;
        const length = Number(pending.subarray(0, colon));
        if (pending.length < colon + length + 2) return;
        const text = pending.subarray(colon + 1, colon + 1 + length).toString();
        pending = pending.subarray(colon + length + 2);
        this.events.push(JSON.parse(text));
      }
    });
  }

  command(command, params = '') {
    const text = JSON.stringify({ command, params, token: `t${this.events.length}` });
    this.socket.write(`${Buffer.byteLength(text)}:${text},`);
  }

  /** Waits for an event of that type (from "since" on), e.g. REGISTER_OK. */
  async event(type, seconds = 15, match = () => true) {
    return until(() => `baresip event ${type}; it saw ${[...new Set(this.events.map((e) => e.type))]}`,
      () => this.events.find((e) => e.event && e.type === type && match(e)) ?? this.#printed(type),
      seconds);
  }

  /** It may have registered before anyone listened to its events; it prints the outcome too. */
  #printed(type) {
    const line = { REGISTER_OK: /\{\d+\/\w+\/v\d\} 200 OK/,
      REGISTER_FAIL: /^\S*reg: .*: [3-6]\d\d .*$/m }[type];
    const match = line && (this.child.stdout + this.child.stderr).match(line);
    return match && { type, param: match[0] };
  }

  count(type) {
    return this.events.filter((e) => e.type === type).length;
  }

  forget() {
    this.events = [];
  }

  dial(target) {
    this.command('dial', target);
  }

  accept() {
    this.command('accept');
  }

  hangup() {
    this.command('hangup');
  }

  async stop() {
    this.socket?.destroy();
    await this.child.stop();
    this.temp.remove();
  }
}
