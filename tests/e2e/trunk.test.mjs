// SPDX-License-Identifier: Apache-2.0
// trunk.test.mjs - Kamailio as a trunk that wants us to register and challenges our calls: we
// register, are told who is there by "trunk list", call through it; it goes away and is back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { DEVICE_A, DOMAIN, LINE_A, Server } from './lib/server.mjs';
import { UdpPeer, answer } from './lib/sip.mjs';
import { freePort, until } from './lib/wait.mjs';
import { Kamailio } from '../interop/lib/kamailio.mjs';

const REALM = 'trunk.example.net';
const SECRET = 'tR5nKw8sUm2x';
const ADDRESS = '127.0.1.9'; // its own, as a trunk has: its connections come from any port
const OFFER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n' +
  'm=audio 40000 RTP/AVP 8\r\n';

let server;
let kamailio;
let far;
let device;
let port;

const startTrunk = () => Kamailio.start('trunk', { ADDRESS, PORT: port, FARPORT: far.port,
  HOUSE: server?.tcp ?? '127.0.0.1:9', TRANSPORT: 'tcp', CHALLENGE_CHALLENGE: 'CHALLENGE_yes',
  ALGORITHM: 'SHA-256', REALM, SECRET });

before(async () => {
  port = await freePort();
  far = await UdpPeer.open('127.0.0.1:9');
  kamailio = await startTrunk();
  server = await Server.start({ media: 'direct', config: `trunks:
  - {name: carrier, uri: "sip:${ADDRESS}:${port};transport=tcp", prefixes: ["+"], national: true,
     emergency: true, user: ownline, password: ${SECRET}, realm: ${REALM}, register: true,
     expires_s: 60, health_s: 1}
` });
  device = await UdpPeer.open(server.udp);
});
after(async () => {
  device?.close();
  far?.close();
  await server?.stop();
  await kamailio?.stop();
});

const trunk = async () => (await server.json('trunk', 'list')).trunks[0];

async function call(number) {
  const uri = `sip:${number}@${DOMAIN}`;
  const callId = device.token();
  const tag = device.token();
  const invite = (cseq, headers) => device.request('INVITE', uri, { from: `sip:${LINE_A}@${DOMAIN}`,
    to: uri, callId, tag, cseq, body: OFFER, headers: [`Contact: <sip:x@${device.host}>`, ...headers] });
  const challenge = await device.ask(invite(1, []));
  assert.equal(challenge.status, 407);
  return device.ask(invite(2, [`Proxy-Authorization: ${answer(challenge.header('proxy-authenticate'),
    { ...DEVICE_A, method: 'INVITE', uri })}`]), 10);
}

test('it registers with the trunk, by its digest, and sees that it is there', async () => {
  const row = await until('the registration', async () => {
    const found = await trunk();
    return found.registered === 'yes' && found.state === 'up' && found.answered_at && found;
  });
  assert.equal(row.register_status, 200);
  assert.equal(row.address, `${ADDRESS}:${port}`);
  assert.equal(row.transport, 'tcp');
  assert.equal(row.rests_s, 0);
});

test('a call goes out with the digest that the trunk asks for', async () => {
  const from = far.received.length;
  const answered = call('0791234567');
  const invite = await far.expect((m) => m.method === 'INVITE', 10, from);
  assert.match(invite.start, /^INVITE sip:\+41791234567@/);
  assert.match(invite.header('p-asserted-identity'), /\+41445550101/);
  assert.equal(invite.header('proxy-authorization'), undefined);
  far.targetHost = ADDRESS;
  far.targetPort = port;
  far.send(['SIP/2.0 486 Busy Here', ...invite.all('via').map((via) => `Via: ${via}`),
    `From: ${invite.header('from')}`, `To: ${invite.header('to')};tag=far`,
    `Call-ID: ${invite.header('call-id')}`, `CSeq: ${invite.header('cseq')}`,
    'Content-Length: 0', '', ''].join('\r\n'));
  assert.equal((await answered).status, 486);
});

test('a trunk that is gone is seen as silent, and is up again when it is back', async () => {
  await kamailio.stop();
  await until('the trunk to be silent', async () => (await trunk()).state === 'silent');
  assert.equal((await call('0791234567')).status, 503);
  kamailio = await startTrunk();
  await until('the trunk to be back', async () => (await trunk()).state === 'up');
});
