// SPDX-License-Identifier: Apache-2.0
// rtpengine.test.mjs - calls whose sound passes through the real rtpengine: both hear each other,
// nobody sees the other's address, what an SRTP or a WebRTC device offers arrives as plain RTP,
// two who answer behind one trunk are kept apart, and without an rtpengine the call is refused
// or signalled, as configured.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { Phone } from './lib/phone.mjs';
import { Rtpengine } from './lib/rtpengine.mjs';
import { UdpPeer, answer } from './lib/sip.mjs';
import { until } from './lib/wait.mjs';

const HERE = '127.0.0.1';
let engine;
let server;
let a;
let b;
let trunk;

async function phones() {
  const place = { inside: HERE, prefix: [], server: [HERE, server.udpPort], domain: DOMAIN };
  a = new Phone(place, { user: LINE_A, word: 'anna', ...DEVICE_A });
  b = new Phone(place, { user: LINE_B, word: 'beat', ...DEVICE_B });
  for (const phone of [a, b]) {
    phone.do('register');
    assert.equal((await phone.event('registered')).status, 200);
  }
}

before(async () => {
  engine = await Rtpengine.start(HERE);
  trunk = await UdpPeer.open('127.0.0.1:9');
  server = await Server.start({ media: 'rtpengine', workers: 1, trunk: trunk.port,
    config: engine.config });
  trunk.targetPort = server.udpPort;
  await phones();
});
after(async () => {
  await a?.stop();
  await b?.stop();
  trunk?.close();
  await server?.stop();
  await engine?.stop();
});

test('each hears the other through rtpengine', async () => {
  a.do('call', LINE_B);
  await a.event('established');
  await Promise.all([a.hears('beat'), b.hears('anna')]);
  const [toA, toB] = [await a.event('told'), await b.event('told')];
  const ports = [Number(toA.port), Number(toB.port)];
  for (const port of ports) assert.ok(engine.has(port), `${port} is rtpengine's`);
  a.do('bye');
  await a.event('over');
  await b.event('over');
});

for (const [what, profile, keys] of [
  ['SRTP', 'RTP/SAVP', 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 ' +
    'inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj'],
  ['WebRTC', 'UDP/TLS/RTP/SAVPF', 'a=setup:actpass\r\na=ice-ufrag:abcd\r\n' +
    'a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=rtcp-mux\r\na=mid:0\r\na=fingerprint:sha-256 ' +
    `${Array(32).fill('AB').join(':')}`],
]) {
  test(`an offer of ${what} arrives as plain RTP, and is answered as ${what}`, async () => {
    for (const phone of [a, b]) phone.forget();
    a.do('speak', Buffer.from(JSON.stringify({ profile, keys })).toString('base64'));
    a.do('call', LINE_B);
    const told = await b.event('told');
    assert.equal(told.profile, 'RTP/AVP');
    assert.ok(!/crypto|fingerprint|candidate/.test(told.sdp), told.sdp);
    const answered = await a.event('told');
    assert.equal(answered.profile, profile);
    assert.match(answered.sdp, what === 'SRTP' ? /a=crypto:/ : /a=fingerprint:[^]*a=candidate:/);
    a.do('bye');
    await b.event('over');
    a.do('speak');
  });
}

/** Where somebody's sound goes in and out; what it hears: { word, port }, since forget(). */
class Ear {
  static async open(word) {
    const ear = new Ear();
    ear.word = word;
    ear.heard = [];
    ear.socket = dgram.createSocket('udp4');
    ear.socket.on('message', (bytes, from) =>
      ear.heard.push({ word: bytes.toString('latin1', 12, 15), port: from.port }));
    ear.socket.bind(0, HERE);
    await once(ear.socket, 'listening');
    ear.port = ear.socket.address().port;
    ear.sent = 0;
    return ear;
  }

  get sdp() {
    return `v=0\r\no=- 1 1 IN IP4 ${HERE}\r\ns=-\r\nc=IN IP4 ${HERE}\r\nt=0 0\r\n` +
      `m=audio ${this.port} RTP/AVP 8\r\n`;
  }

  say(port) {
    const packet = Buffer.alloc(172);
    packet.writeUInt16BE(0x8008, 0);
    packet.writeUInt16BE(++this.sent, 2);
    packet.writeUInt32BE(160 * this.sent, 4);
    packet.write(this.word, 8);
    packet.fill(this.word, 12);
    this.socket.send(packet, port, HERE);
  }

  close() { this.socket.close(); }
}

const port = (message) => Number(message.body.match(/^m=audio (\d+)/m)[1]);

test('two who answer behind one branch of a trunk have ports of their own', async () => {
  const [me, one, two] = await Promise.all(['abc', 'one', 'two'].map((word) => Ear.open(word)));
  const device = await UdpPeer.open(server.udp);
  const uri = `sip:0441234567@${DOMAIN}`;
  const dialog = { from: `sip:${LINE_A}@${DOMAIN}`, to: uri, callId: device.token(),
    tag: device.token() };
  const invite = (cseq, headers) => device.request('INVITE', uri, { ...dialog, cseq,
    body: me.sdp, headers: [`Contact: <sip:x@${device.host}>`, ...headers] });
  const challenge = await device.ask(invite(1, []));
  const value = answer(challenge.header('proxy-authenticate'),
    { ...DEVICE_A, method: 'INVITE', uri });
  device.send(invite(2, [`Proxy-Authorization: ${value}`]));
  const asked = await trunk.expect((m) => m.method === 'INVITE');
  const say = (status, tag, body = '') => trunk.send([`SIP/2.0 ${status} So`,
    ...asked.all('via').map((via) => `Via: ${via}`), `From: ${asked.header('from')}`,
    `To: ${asked.header('to')};tag=${tag}`, `Call-ID: ${asked.header('call-id')}`,
    `CSeq: ${asked.header('cseq')}`, `Contact: <sip:pstn@${trunk.host}>`,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${body.length}`, '', body].join('\r\n'));
  const hears = async (status, match = () => true) =>
    device.expect((m) => m.status === status && m.body && match(port(m)));

  say(183, 'one', one.sdp);
  const first = port(await hears(183));
  say(183, 'two', two.sdp);
  await hears(183, (p) => p !== first);
  say(200, 'one');
  const answered = await hears(200);
  assert.equal(port(answered), first);
  const target = answered.header('contact').match(/<(.*)>/)[1];
  const toTag = answered.header('to').match(/;tag=(.*)/)[1];
  const inside = (method, cseq) => device.request(method, target, { ...dialog, toTag, cseq });
  device.send(inside('ACK', 2));

  const all = port(asked);
  await until('both to hear each other alone', () => {
    me.say(first);
    one.say(all);
    return me.heard.some((h) => h.word === 'one' && h.port === first) &&
      one.heard.some((h) => h.word === 'abc' && h.port === all);
  });
  assert.deepEqual(two.heard, []);
  assert.ok(me.heard.every((h) => h.word === 'one'));
  assert.equal((await device.ask(inside('BYE', 3))).status, 200);
  const over = await trunk.expect((m) => m.method === 'BYE');
  assert.match(over.header('to'), /;tag=one$/);
  for (const ear of [me, one, two]) ear.close();
  device.close();
});

test('no rtpengine: 503, in about a second', async () => {
  await engine.stop();
  for (const phone of [a, b]) phone.forget();
  a.do('call', LINE_B);
  assert.equal((await a.event('refused')).status, 503);
  assert.ok(!b.events.some((e) => e.event === 'rings'));
});
