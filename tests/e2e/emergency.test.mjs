// SPDX-License-Identifier: Apache-2.0
// emergency.test.mjs - everything is against the caller at once: the line is frozen, somebody has
// guessed passwords from his address until it has to wait, the database takes no writes, the trunk
// wants no calls for an hour. 112 reaches it all the same, with the registered location.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { DEVICE_A, DOMAIN, LINE_A, PORTAL_PASSWORD, Server } from './lib/server.mjs';
import { Child } from './lib/process.mjs';
import { UdpPeer, answer } from './lib/sip.mjs';
import { until } from './lib/wait.mjs';

const LOCATION = 'https://lis.example.ch/c1';
const CUSTOMERS = `customer,name,segment,product,number,login,password,mobile,language,location_ref
c1,Anna Muster,RES,inOne home,${LINE_A},anna,${PORTAL_PASSWORD},+41795550001,en,${LOCATION}
`;
const CREDENTIALS = `number,auth_name,password,label
${LINE_A},${DEVICE_A.authName},${DEVICE_A.password},Phone A
`;
const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n' +
  'm=audio 40000 RTP/AVP 8\r\n';
// Holds the one right to write that SQLite has, until its input ends.
const HOLD = `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
db.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
`;

let server;
let pstn;
let device;

before(async () => {
  pstn = await UdpPeer.open('127.0.0.1:9');
  server = await Server.start({ trunk: pstn.port, media: 'direct', customers: CUSTOMERS,
    credentials: CREDENTIALS });
  device = await UdpPeer.open(server.udp);
});
after(async () => {
  device?.close();
  pstn?.close();
  await server?.stop();
});

async function invite(number, password = DEVICE_A.password) {
  const uri = `sip:${number}@${DOMAIN}`;
  const [callId, tag] = [device.token(), device.token()];
  const make = (cseq, headers) => device.request('INVITE', uri, { from: `sip:${LINE_A}@${DOMAIN}`,
    to: uri, callId, tag, cseq, body: SDP, headers: [`Contact: <sip:x@${device.host}>`, ...headers] });
  const challenge = await device.ask(make(1, []));
  assert.equal(challenge.status, 407);
  return device.ask(make(2, [`Proxy-Authorization: ${answer(challenge.header('proxy-authenticate'),
    { ...DEVICE_A, password, method: 'INVITE', uri })}`]), 10);
}

function respond(request, status, headers = [], body = '') {
  pstn.targetPort = server.udpPort;
  pstn.send([`SIP/2.0 ${status}`, ...request.all('via').map((via) => `Via: ${via}`),
    `From: ${request.header('from')}`, `To: ${request.header('to')};tag=far`,
    `Call-ID: ${request.header('call-id')}`, `CSeq: ${request.header('cseq')}`, ...headers,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${body.length}`, '', body].join('\r\n'));
}

const asked = (from) => pstn.expect((m) => m.method === 'INVITE', 10, from);

test('112 reaches the emergency trunk, whatever stands against it', async () => {
  // The trunk rests for an hour.
  let from = pstn.received.length;
  const refused = invite('0445550199');
  respond(await asked(from), '503 Full', ['Retry-After: 3600']);
  assert.equal((await refused).status, 503);

  // The line is frozen.
  await server.mustCli('line', 'freeze', LINE_A);
  assert.equal((await invite('0445550199')).status, 403);

  // Somebody guesses from this address.
  for (let i = 0; i < 8; i++) assert.equal((await invite('0445550199', `guess${i}`)).status, 407);
  const waits = await invite('0445550199');
  assert.equal(waits.status, 403);
  assert.ok(Number(waits.header('retry-after')) > 0);

  // The database takes no writes.
  const holder = new Child('python3', ['-c', HOLD, path.join(server.stateDir, 'ownline.db')],
    { stdio: ['pipe', 'pipe', 'pipe'] });
  await holder.output(/held/);
  try {
    from = pstn.received.length;
    const answered = invite('112');
    const call = await asked(from);
    assert.match(call.start, /^INVITE sip:112@/);
    assert.equal(call.header('geolocation'), `<${LOCATION}>`);
    assert.match(call.header('p-asserted-identity'), new RegExp(`\\${LINE_A}@`));
    assert.equal(call.header('privacy'), undefined);
    respond(call, '200 OK', [`Contact: <sip:${pstn.host}>`], SDP);
    const ok = await answered;
    assert.equal(ok.status, 200);
    device.send(device.request('ACK', ok.header('contact').match(/<(.*)>/)[1], {
      from: ok.header('from').match(/<(.*)>/)[1], tag: ok.header('from').match(/tag=(.*)/)[1],
      to: '', callId: ok.header('call-id'), cseq: 2 })
      .replace(/\r\nTo: .*\r\n/, `\r\nTo: ${ok.header('to')}\r\n`));
    await pstn.expect((m) => m.method === 'ACK', 10, from);
    const bye = pstn.request('BYE', call.header('contact').match(/<(.*)>/)[1], {
      from: call.header('to').match(/<(.*)>/)[1], tag: 'far', to: '',
      callId: call.header('call-id'), cseq: 1 })
      .replace(/\r\nTo: .*\r\n/, `\r\nTo: ${call.header('from')}\r\n`);
    assert.equal((await pstn.ask(bye)).status, 200);
  } finally {
    holder.process.stdin.end();
    await holder.ended;
  }

  // It is booked when the database is back, and costs nothing.
  const row = await until('the CDR', async () => (await server.json('cdr', 'list', '--line', LINE_A))
    .cdrs.find((cdr) => cdr.to === 'CH:112'), 20);
  assert.equal(row.class, 'emergency');
  assert.equal(Number(row.charge), 0);
});
