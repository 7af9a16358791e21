// SPDX-License-Identifier: Apache-2.0
// tls.test.mjs - SIP over TLS and over WebSocket Secure with the certificate of the first day:
// baresip registers and calls, JsSIP in Chromium registers and is called, certificates change
// under a live connection, and only the pages that are allowed open a WebSocket.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { Baresip } from './lib/baresip.mjs';
import { launch } from './lib/browser.mjs';
import { bundle } from './lib/jssip.mjs';
import { run } from './lib/process.mjs';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const ORIGIN = `https://${DOMAIN}`; // the portal's, by default

let server;
let port;
before(async () => {
  server = await Server.start({
    listen: ['udp:127.0.0.1:0', 'tls:127.0.0.1:0', 'wss:127.0.0.1:0'] });
  port = (scheme) => Number(server.listeners.edge.find((l) => l.startsWith(`${scheme}:`))
    .match(/\d+$/)[0]);
});
after(() => server?.stop());

const phone = (line, device, extra = {}) => Baresip.start({
  user: line, domain: DOMAIN, ...device, proxy: `127.0.0.1:${port('tls')}`, transport: 'tls',
  ...extra });

test('baresip registers over TLS, calls UDP, and its binding dies with its connection', async () => {
  const a = await phone(LINE_A, DEVICE_A);
  const b = await phone(LINE_B, DEVICE_B, { proxy: server.udp, transport: 'udp' });
  try {
    await a.event('REGISTER_OK');
    await b.event('REGISTER_OK');
    assert.equal((await server.bindings(LINE_A))[0].transport, 'tls');
    a.dial(`sip:${LINE_B}@${DOMAIN}`);
    await b.event('CALL_INCOMING');
    b.accept();
    await a.event('CALL_ESTABLISHED');
    await b.event('CALL_ESTABLISHED');
    a.hangup();
    await b.event('CALL_CLOSED');
    a.forget();
    b.dial(`sip:${LINE_A}@${DOMAIN}`); // over the connection that it has opened
    await a.event('CALL_INCOMING');
    a.accept();
    await b.event('CALL_ESTABLISHED');
    b.hangup();
    await a.event('CALL_CLOSED');
    a.child.process.kill('SIGKILL');
    await until('the binding to die', async () => (await server.bindings(LINE_A)).length === 0);
  } finally {
    await a.stop();
    await b.stop();
  }
});

test('the certificate of the first day is good for a trunk that asks us for ours', async () => {
  const cert = path.join(server.stateDir, 'tls.crt');
  for (const purpose of ['sslserver', 'sslclient']) {
    const { code, stderr } = await run('openssl', ['verify', '-CAfile', cert, '-purpose', purpose, cert]);
    assert.equal(code, 0, `${purpose}: ${stderr}`);
  }
});

/** The serial number that the server shows on a new connection. */
function shown() {
  return new Promise((done, fail) => {
    const socket = tls.connect({ port: port('tls'), host: '127.0.0.1', rejectUnauthorized: false },
      () => {
        done({ serial: socket.getPeerCertificate().serialNumber, socket });
      });
    socket.once('error', fail);
  });
}

async function pong(socket) {
  let answer = '';
  socket.on('data', (bytes) => { answer += bytes; });
  socket.write('\r\n\r\n');
  await until('the answer to a ping', () => answer === '\r\n');
}

test('a reload takes up another certificate and leaves connections alone', async () => {
  const file = (name) => path.join(server.stateDir, name);
  const before = await shown();
  const made = await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt',
    'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${DOMAIN}`, '-days', '90',
    '-keyout', file('new.key'), '-out', file('new.crt')]);
  assert.equal(made.code, 0, made.stderr);
  copyFileSync(file('new.crt'), file('tls.crt'));
  const refused = await server.cli('reload'); // the key is still the old one
  assert.notEqual(refused.code, 0);
  assert.match(refused.stdout + refused.stderr, /tls\.key: key values mismatch/);
  const kept = await shown();
  assert.equal(kept.serial, before.serial);
  copyFileSync(file('new.key'), file('tls.key'));
  await server.mustCli('reload');
  const after = await shown();
  assert.notEqual(after.serial, before.serial);
  await pong(before.socket);
  for (const { socket } of [before, kept, after]) socket.destroy();
});

test('JsSIP in Chromium registers over WSS and is called; another page is not let in', async () => {
  // The pages' names are not this machine's, and Chromium guards that.
  const browser = await launch(['--disable-features=LocalNetworkAccessChecks']);
  const b = await phone(LINE_B, DEVICE_B, { proxy: server.udp, transport: 'udp' });
  try {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const script = await bundle();
    const pageOf = async (origin) => {
      await context.route(`${origin}/`, (route) => route.fulfill({
        contentType: 'text/html', body: '<!doctype html><title>phone</title>' }));
      const page = await context.newPage();
      await page.goto(`${origin}/`);
      return page;
    };
    const url = `wss://127.0.0.1:${port('wss')}/sip`;

    const evil = await pageOf('https://evil.example');
    assert.equal(await evil.evaluate((to) => new Promise((done) => {
      const socket = new WebSocket(to, 'sip');
      socket.onopen = () => done('open');
      socket.onerror = () => done('refused');
    }), url), 'refused');

    const page = await pageOf(ORIGIN);
    await page.addScriptTag({ content: script });
    await page.evaluate(({ to, user, domain, authName, password }) => {
      const ua = new JsSIP.UA({
        sockets: [new JsSIP.WebSocketInterface(to)], uri: `sip:${user}@${domain}`,
        authorization_user: authName, password, register_expires: 120, session_timers: false });
      window.seen = [];
      ua.on('disconnected', (e) => window.seen.push(`disconnected ${e.code} ${e.reason}`));
      ua.on('registered', () => window.seen.push('registered'));
      ua.on('registrationFailed', (e) => window.seen.push(`failed ${e.cause}`));
      ua.on('newRTCSession', ({ session, request }) => {
        window.seen.push(`${session.direction} ${request.from.uri.user}`);
        if (session.direction === 'incoming') session.terminate({ status_code: 486 });
      });
      ua.start();
    }, { to: url, user: LINE_A, domain: DOMAIN, ...DEVICE_A });
    const seen = (what) => until(`JsSIP: ${what}`, async () => {
      const all = await page.evaluate(() => window.seen);
      if (!all.includes(what)) throw new Error(`it saw ${all}`);
      return true;
    });
    await seen('registered');
    const [binding] = await server.bindings(LINE_A);
    assert.equal(binding.transport, 'wss');
    assert.match(binding.user_agent, /JsSIP/);

    await b.event('REGISTER_OK');
    b.dial(`sip:${LINE_A}@${DOMAIN}`);
    await seen(`incoming ${LINE_B}`);
    const closed = await b.event('CALL_CLOSED');
    assert.match(closed.param, /486/);

    await page.close();
    await until('the binding to die', async () => (await server.bindings(LINE_A)).length === 0);
  } finally {
    await b.stop();
    await browser.close();
  }
});
