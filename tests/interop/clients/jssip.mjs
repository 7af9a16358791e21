// SPDX-License-Identifier: Apache-2.0
// jssip.mjs - JsSIP in Debian's Chromium over WSS, its microphone a tone of Chromium's own. Its
// sound goes through rtpengine.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../../e2e/lib/wait.mjs';
import { launch } from '../../e2e/lib/browser.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.join(HERE, '../../..');
const PACKAGE = path.join(HERE, '../node_modules/jssip/package.json');
const esbuild = createRequire(path.join(ROOT, 'web/package.json'));
let browser; // one for all sessions

async function script() {
  const { outputFiles } = await esbuild('esbuild').build({ bundle: true, write: false,
    entryPoints: [path.join(HERE, '../lib/phone.js')], format: 'iife',
    define: { global: 'window' }, nodePaths: [path.join(HERE, '../node_modules')] });
  return outputFiles[0].text;
}

export default class JsSip {
  static title = 'JsSIP in Chromium';
  static transports = ['wss'];
  static secure = true;
  static cannot = { reliable: 'JsSIP knows no reliable responses' };

  static sha256 = { said: /Authentication Error 401/,
    note: 'JsSIP knows MD5 alone, and takes a second challenge for a wrong password' };

  encryption = 'SRTP with DTLS';

  static async version() {
    return existsSync(PACKAGE) ? JSON.parse(readFileSync(PACKAGE)).version : undefined;
  }

  static async start(account, { origin }) {
    const client = new JsSip();
    client.account = account;
    browser ??= await launch(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
      '--allow-loopback-in-peer-connection', '--disable-features=LocalNetworkAccessChecks,WebRtcHideLocalIpsWithMdns']);
    client.context = await browser.newContext({ ignoreHTTPSErrors: true,
      permissions: ['microphone'] });
    client.page = await client.context.newPage();
    client.said = [];
    client.frames = [];
    client.page.on('websocket', (socket) => {
      for (const way of ['framesent', 'framereceived']) {
        socket.on(way, ({ payload }) => client.frames.push({ way, text: String(payload) }));
      }
    });
    client.page.on('console', (message) => client.said.push(message.text()));
    client.page.on('pageerror', (error) => client.said.push(String(error)));
    const text = await script();
    // The page comes from the origin that the server lets in, without anybody serving it.
    await client.page.route(`${origin}/**`, (route) => route.fulfill({
      contentType: 'text/html', body: '<!doctype html><title>phone</title>' }));
    await client.page.goto(`${origin}/phone`);
    await client.page.addScriptTag({ content: text });
    const { user, domain, authName, password, proxy, expires } = account;
    await client.page.evaluate((settings) => window.phone.start(settings),
      { url: `wss://${proxy}/sip`, user, domain, authName, password, expires });
    client.mark = 0;
    return client;
  }

  static async finish() {
    await browser?.close();
    browser = undefined;
  }

  #do(method, ...args) {
    return this.page.evaluate(([name, list]) => window.phone[name](...list), [method, args]);
  }

  async #states() { return (await this.page.evaluate(() => window.phone.states)).slice(this.mark); }

  async #state(wanted, seconds = 8) {
    return until(`JsSIP to be ${wanted}`, async () =>
      (await this.#states()).find(({ state }) => state === wanted), seconds);
  }

  async registered() {
    await until('JsSIP to be registered', async () => {
      const states = await this.page.evaluate(() => window.phone.states);
      const failed = states.find(({ state }) => state === 'registrationFailed');
      this.failure = failed?.detail;
      return states.some(({ state }) => state === 'registered');
    }, 8);
  }

  async forget() { this.mark = (await this.page.evaluate(() => window.phone.states)).length; }

  async call(number) {
    await this.forget();
    this.id = await this.#do('call', `sip:${number}@${this.account.domain}`);
  }

  async ringing() {
    const { id, detail } = await this.#state('ringing');
    this.id = id;
    return detail;
  }

  answer() { return this.#do('answer', this.id); }
  /** Or what it says why there is no call. */
  established() {
    return until('JsSIP to be confirmed', async () => {
      const states = await this.#states();
      const over = states.find(({ state }) => state === 'over');
      if (over) throw new Error(over.detail);
      return states.some(({ state }) => state === 'confirmed');
    }, 8);
  }

  heard() { return until('JsSIP to hear sound', async () => await this.#do('heard', this.id) > 10, 8); }
  async refreshed(seconds) {
    const from = this.frames.length;
    const { way, text } = await until('the session to be refreshed', () => this.frames.slice(from)
      .find((frame) => /^(UPDATE|INVITE) [^]*\r\nSession-Expires:/i.test(frame.text)), seconds);
    return `${text.split(' ')[0]} by ${way === 'framesent' ? 'the client' : 'the server'}`;
  }

  hold() { return this.#do('hold', this.id); }
  resume() { return this.#do('resume', this.id); }
  dtmf(digit) { return this.#do('dtmf', this.id, digit, true); }
  transfer(number) { return this.#do('transfer', this.id, `sip:${number}@${this.account.domain}`); }
  attended(first, second) { return this.#do('attended', first, second); }
  hangup() { return this.#do('hangup', this.id); }
  over() { return this.#state('over'); }

  diagnosis() {
    return `${this.failure ?? ''}\n${this.said.slice(-12).join('\n')}`;
  }

  async stop() {
    await this.#do('stop').catch(() => {});
    await until('JsSIP to leave', async () =>
      (await this.page.evaluate(() => window.phone.states)).some(({ state }) => state === 'disconnected'),
    2).catch(() => {});
    await this.context.close();
  }
}
