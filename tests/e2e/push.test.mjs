// SPDX-License-Identifier: Apache-2.0
// push.test.mjs - a call wakes an app through a webhook (RFC 8599): a push provider of the
// test's own, an app that registers again on another connection (and so perhaps on another
// worker), and one that does not.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { TcpPeer, UdpPeer, answer } from './lib/sip.mjs';
import { until } from './lib/wait.mjs';

const PN = 'pn-provider=apns;pn-param=TEAM.app;pn-prid=';
let server, webhook;
const pushes = [];
let onPush = () => {};

before(async () => {
  webhook = http.createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => { body += bytes; });
    request.on('end', () => {
      pushes.push({ ...JSON.parse(body), authorization: request.headers.authorization });
      response.writeHead(204).end();
      onPush();
    });
  });
  await new Promise((done) => webhook.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${webhook.address().port}/push`;
  server = await Server.start({ config: 'push_wait_s: 3\n' +
    `push: [{provider: apns, url: "${url}", headers: ["Authorization: Bearer secret-of-ours"]}]\n` });
});
after(async () => {
  webhook?.close();
  webhook?.closeAllConnections();
  await server?.stop();
});

const registerApp = async (prid) => {
  const app = await TcpPeer.open(server.tcp);
  const reply = await app.register(server, { number: LINE_A, domain: DOMAIN, ...DEVICE_A,
    contact: `sip:${LINE_A}@${app.host};transport=tcp;${PN}${prid}` });
  assert.equal(reply.status, 200);
  assert.equal(reply.header('feature-caps'), '*;+sip.pns="apns"');
  return app;
};

const sleep = async (app) => {
  app.close();
  await until('the connection to be seen as gone', () => app.ended);
};

/** Calls LINE_A; returns the final response. */
async function call(caller) {
  const uri = `sip:${LINE_A}@${DOMAIN}`;
  const callId = caller.token();
  const make = (cseq, extra) => caller.request('INVITE', uri, { from: `sip:${LINE_B}@${DOMAIN}`,
    to: uri, callId, cseq, headers: [`Contact: <sip:${LINE_B}@${caller.host}>`, ...extra] });
  const challenge = await caller.ask(make(1, []));
  assert.equal(challenge.status, 407);
  return caller.ask(make(2, [`Proxy-Authorization: ${answer(challenge.header('proxy-authenticate'),
    { ...DEVICE_B, method: 'INVITE', uri })}`]), 15);
}

test('an app that sleeps is woken, registers again and rings', async () => {
  await sleep(await registerApp('device-token'));
  assert.equal((await server.bindings(LINE_A)).length, 1);
  const caller = await UdpPeer.open(server.udp);
  let app;
  onPush = async () => { app = await registerApp('device-token'); };
  const final = call(caller);
  await until('the app to be woken', () => app);
  const invite = await app.expect((m) => m.method === 'INVITE');
  app.send(['SIP/2.0 486 Busy Here', `Via: ${invite.header('via')}`, `From: ${invite.header('from')}`,
    `To: ${invite.header('to')};tag=app`, `Call-ID: ${invite.header('call-id')}`,
    `CSeq: ${invite.header('cseq')}`, 'Content-Length: 0', '', ''].join('\r\n'));
  assert.equal((await final).status, 486);
  assert.equal(pushes.length, 1);
  assert.equal(pushes[0].prid, 'device-token');
  assert.equal(pushes[0].param, 'TEAM.app');
  assert.equal(pushes[0].authorization, 'Bearer secret-of-ours');
  assert.ok(!JSON.stringify(pushes[0]).includes(LINE_B), 'no number of the caller');
  assert.ok(!server.child.stderr.includes('secret-of-ours'));
  assert.ok(!server.child.stderr.includes('device-token'));
  caller.close();
  await sleep(app);
});

test('one that does not come is waited for no longer than configured', async () => {
  const caller = await UdpPeer.open(server.udp);
  onPush = () => {};
  const before = Date.now();
  assert.equal((await call(caller)).status, 480);
  assert.ok(Date.now() - before >= 2500, 'it waited');
  assert.equal(pushes.length, 2);
  caller.close();
});
