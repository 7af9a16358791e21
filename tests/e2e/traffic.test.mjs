// SPDX-License-Identifier: Apache-2.0
// traffic.test.mjs - legal and hostile traffic at once, for TRAFFIC_S seconds (10 in ./test, 600 in
// `make soak`): no sanitizer speaks, legal traffic goes through, and when all is over nothing is
// left, neither transactions nor calls nor memory.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { TcpPeer, UdpPeer, answer } from './lib/sip.mjs';
import { sleep, until } from './lib/wait.mjs';

const SECONDS = Number(process.env.TRAFFIC_S ?? 10);
const SEED = Number(process.env.TRAFFIC_SEED ?? 1);
const GROWTH_KB = 48 * 1024; // the sanitizer's quarantine and allocator keep some
const DIR = path.resolve(path.dirname(new URL(import.meta.url).pathname), '..');
const TORTURE = ['rfc4475', 'rfc5118'].flatMap((folder) => {
  const at = path.join(DIR, 'torture', folder);
  return readdirSync(at).map((file) => readFileSync(path.join(at, file)));
});
const SDP = (port) => `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n` +
  `m=audio ${port} RTP/AVP 8 0\r\na=sendrecv\r\n`;

let server;
let stopping = false;
const legal = { registers: 0, calls: 0, reinvites: 0, options: 0, failed: [] };
const hostile = {};

/** Always the same numbers for the same seed (mulberry32). */
function random(seed) {
  let a = seed;
  const next = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] };
}

before(async () => {
  server = await Server.start({ env: { ASAN_OPTIONS: 'quarantine_size_mb=8' } });
});
after(() => server?.stop());

// ---- legal ----

/** A phone that answers what it is asked, but for INVITEs that are cancelled. */
function phone(peer, number) {
  const reply = (m, status, phrase, extra = [], body = '') => peer.send([`SIP/2.0 ${status} ${phrase}`,
    ...m.all('via').map((v) => `Via: ${v}`), `From: ${m.header('from')}`,
    `To: ${m.header('to')}${m.header('to').includes('tag=') ? '' : ';tag=callee'}`,
    `Call-ID: ${m.header('call-id')}`, `CSeq: ${m.header('cseq')}`, ...extra,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
  const contact = [`Contact: <sip:${number}@${peer.host}>`];
  const seen = peer.received.push.bind(peer.received);
  peer.received.push = (m) => {
    if (m.method === 'INVITE') {
      if (!m.header('to').includes('tag=')) reply(m, 180, 'Ringing', contact);
      reply(m, 200, 'OK', contact, SDP(20000));
    } else if (m.method && m.method !== 'ACK') {
      reply(m, 200, 'OK');
    }
    return seen(m);
  };
}

const within = (m, name, pattern) => m.header(name)?.match(pattern)?.[1];

/** INVITE with the digest answered, ACK, a re-INVITE now and then, BYE. */
async function call(peer, from, to, device, again) {
  const uri = `sip:${to}@${DOMAIN}`;
  const base = { from: `sip:${from}@${DOMAIN}`, to: uri, callId: peer.token(), tag: peer.token() };
  const contact = `Contact: <sip:${from}@${peer.host}>`;
  const challenge = await peer.ask(peer.request('INVITE', uri,
    { ...base, cseq: 1, headers: [contact], body: SDP(20002) }), 20);
  assert.equal(challenge.status, 407);
  const value = answer(challenge.header('proxy-authenticate'), { ...device, method: 'INVITE', uri });
  const ack = (response, cseq, target) => peer.send(peer.request('ACK', target,
    { ...base, cseq }).replace(/^To: .*$/m, `To: ${response.header('to')}`));
  ack(challenge, 1, uri);
  const ok = await peer.ask(peer.request('INVITE', uri, { ...base, cseq: 2,
    headers: [contact, `Proxy-Authorization: ${value}`], body: SDP(20002) }), 20);
  assert.equal(ok.status, 200, ok.text);
  const target = within(ok, 'contact', /<([^>]+)>/);
  const inside = (method, cseq, options = {}) => peer.request(method, target, { ...base, cseq, ...options })
    .replace(/^To: .*$/m, `To: ${ok.header('to')}`);
  ack(ok, 2, target);
  if (again) {
    const held = await peer.ask(inside('INVITE', 3, { headers: [contact],
      body: SDP(20002).replace('sendrecv', 'sendonly') }), 20);
    assert.equal(held.status, 200, held.text);
    ack(held, 3, target);
    legal.reinvites++;
  }
  assert.equal((await peer.ask(inside('BYE', 4), 20)).status, 200);
  legal.calls++;
}

/** Does it until the end; what fails is kept. */
async function again(what, pause_ms, step) {
  while (!stopping) {
    try {
      await step();
    } catch (error) {
      legal.failed.push(`${what}: ${error.message.slice(0, 300)}`);
    }
    await sleep(pause_ms);
  }
}

/** Before the hostile begin: who guesses behind the same address makes others wait, but nobody
 * who is registered there (auth/penalty.h). */
async function legalTraffic(registered) {
  const a = await UdpPeer.open(server.udp);
  const b = await TcpPeer.open(server.tcp);
  phone(a, LINE_A);
  phone(b, LINE_B);
  const register = async (peer, number, device, expires) => {
    assert.equal((await peer.register(server, { number, ...device, domain: DOMAIN, expires })).status, 200);
    legal.registers++;
  };
  await register(a, LINE_A, DEVICE_A, 300);
  await register(b, LINE_B, DEVICE_B, 300);
  registered();
  await Promise.all([
    again('register', 200, () => register(a, LINE_A, DEVICE_A, 300)),
    again('register over TCP', 200, () => register(b, LINE_B, DEVICE_B, 300)),
    again('call', 100, () => call(a, LINE_A, LINE_B, DEVICE_A, legal.calls % 3 === 0)),
    again('call over TCP', 100, () => call(b, LINE_B, LINE_A, DEVICE_B, legal.calls % 4 === 0)),
    again('options', 200, async () => {
      const reply = await a.ask(a.request('OPTIONS', `sip:${DOMAIN}`, { from: 'sip:t@example.com' }), 20);
      assert.equal(reply.status, 200);
      legal.options++;
    }),
  ]);
  await register(a, LINE_A, DEVICE_A, 0);
  await register(b, LINE_B, DEVICE_B, 0);
  a.close();
  b.close();
}

// ---- hostile ----

/** Some bytes other, some gone, some twice. */
function mutate(bytes, r) {
  let out = Buffer.from(bytes);
  for (let i = r.below(8) + 1; i > 0 && out.length > 4; i--) {
    const at = r.below(out.length);
    switch (r.below(4)) {
      case 0: out[at] = r.below(256); break;
      case 1: out = Buffer.concat([out.subarray(0, at), out.subarray(at + r.below(20))]); break;
      case 2: out = Buffer.concat([out.subarray(0, at), out.subarray(0, r.below(200)), out.subarray(at)]); break;
      default: out = out.subarray(0, at); break;
    }
  }
  return out;
}

const attacks = {
  mutated: (peer, r) => mutate(r.pick(TORTURE), r),
  noise: (peer, r) => Buffer.from(Array.from({ length: r.below(1400) }, () => r.below(256))),
  calls: (peer, r) => peer.request('INVITE', `sip:${r.below(1e9)}@${DOMAIN}`,
    { from: `sip:x${r.below(1e9)}@${DOMAIN}`, body: SDP(9) }),
  registers: (peer, r) => peer.request('REGISTER', `sip:${DOMAIN}`, {
    from: `sip:+4144555${r.below(1e4)}@${DOMAIN}`,
    headers: [`Authorization: Digest username="u${r.below(1e6)}", realm="${DOMAIN}", nonce="0${r.below(1e9)}", ` +
      `uri="sip:${DOMAIN}", response="${'0'.repeat(32)}", algorithm=MD5`] }),
  guesses: (peer, r) => peer.request('INVITE', `sip:${LINE_B}@${DOMAIN}`, {
    from: `sip:${LINE_A}@${DOMAIN}`, body: SDP(9),
    headers: [`Proxy-Authorization: Digest username="${DEVICE_A.authName}", realm="${DOMAIN}", nonce="${r.below(1e9)}", ` +
      `uri="sip:${LINE_B}@${DOMAIN}", response="${'a'.repeat(32)}", algorithm=MD5, qop=auth, nc=00000001, cnonce="x"`] }),
  lengths: (peer, r) => peer.request('OPTIONS', `sip:${DOMAIN}`, { from: 'sip:a@b' })
    .replace(/Content-Length: 0/, `Content-Length: ${r.pick(['-1', '4294967296', '99999', '1e3', ''])}`),
  descriptions: (peer, r) => peer.request('INVITE', `sip:${LINE_B}@${DOMAIN}`,
    { from: `sip:${LINE_A}@${DOMAIN}`, body: mutate(Buffer.from(SDP(1)), r).toString('latin1') }),
  strays: (peer, r) => peer.request(r.pick(['BYE', 'ACK', 'CANCEL', 'UPDATE', 'PRACK', 'REFER', 'MESSAGE', 'NOTIFY']),
    `sip:${LINE_B}@${DOMAIN}`, { from: `sip:a@b`, to: `sip:c@d>;tag=ow0${r.below(1e9)}abcdefghijklmnopqr` }),
  responses: (peer, r) => Buffer.from(`SIP/2.0 ${r.below(900)} x\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKow00${r.below(1e9)}\r\n` +
    'From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: z\r\nCSeq: 1 INVITE\r\n\r\n'),
};

async function hostileDatagrams(seed) {
  const r = random(seed);
  const peer = await UdpPeer.open(server.udp);
  peer.received.push = () => 0;
  while (!stopping) {
    for (let i = 0; i < 20; i++) {
      const name = r.pick(Object.keys(attacks));
      const bytes = attacks[name](peer, r);
      peer.send(bytes.toString('latin1').slice(0, 60000));
      hostile[name] = (hostile[name] ?? 0) + 1;
    }
    await sleep(10);
  }
  peer.close();
}

/** Half messages, many in one, and connections that are simply left. */
async function hostileStreams(seed) {
  const r = random(seed);
  while (!stopping) {
    const socket = net.connect(server.tcpPort, '127.0.0.1');
    socket.on('error', () => {});
    const peer = { transport: 'TCP', host: '127.0.0.1:1', token: () => `s${r.below(1e9)}`, request: UdpPeer.prototype.request };
    socket.resume();
    for (let i = r.below(6) + 1; i > 0; i--) {
      const bytes = attacks[r.pick(Object.keys(attacks))](peer, r);
      const text = bytes.toString('latin1');
      socket.write(Buffer.from(r.below(3) ? text : text.slice(0, r.below(text.length + 1)), 'latin1'));
      hostile.streams = (hostile.streams ?? 0) + 1;
    }
    await sleep(20);
    if (r.below(4)) socket.destroy(); else socket.end();
  }
}

// ---- what it leaves ----

/** Resident memory of all its processes, in kB. */
function memory() {
  const parent = server.child.process.pid;
  const of = (pid) => Number(readFileSync(`/proc/${pid}/status`, 'latin1').match(/VmRSS:\s+(\d+)/)?.[1] ?? 0);
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'latin1').trim().split(' ');
  return [parent, ...children].filter(Boolean).reduce((sum, pid) => sum + of(pid), 0);
}

test(`${SECONDS} s of legal and hostile traffic leave nothing behind`, { timeout: (SECONDS + 180) * 1000 }, async (t) => {
  let registered;
  const ready = new Promise((done) => { registered = done; });
  const running = [legalTraffic(registered)];
  await Promise.race([ready, running[0]]);
  running.push(hostileDatagrams(SEED), hostileDatagrams(SEED + 1), hostileStreams(SEED + 2));
  await sleep(SECONDS * 300);
  const warm_kb = memory();
  await sleep(SECONDS * 700);
  stopping = true;
  await Promise.all(running);
  await until('transactions, calls and bindings to end', async () => {
    const s = await server.json('status');
    return s.transactions === 0 && s.live_calls === 0 && s.bindings === 0;
  }, 90);
  const end_kb = memory();
  const status = await server.json('status');
  const done = legal.registers + legal.calls + legal.options;
  t.diagnostic(JSON.stringify({ seed: SEED, legal: { ...legal, failed: legal.failed.length }, hostile,
    messages: status.messages, malformed: status.malformed, warm_kb, end_kb }));
  assert.ok(end_kb - warm_kb < GROWTH_KB, `grew from ${warm_kb} to ${end_kb} kB`);
  assert.ok(done > SECONDS, `only ${done} legal requests: ${legal.failed[0]}`);
  assert.ok(legal.calls > 0 && legal.reinvites > 0);
  assert.ok(legal.failed.length <= done / 100, `${legal.failed.length} of ${done}: ${legal.failed.slice(0, 3).join('\n')}`);
});
