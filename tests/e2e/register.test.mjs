// SPDX-License-Identifier: Apache-2.0
// register.test.mjs - real clients register, refresh and leave, over UDP and TCP, IPv4 and
// IPv6, with an auth name that differs from the user name.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Baresip } from './lib/baresip.mjs';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { TcpPeer, UdpPeer, answer } from './lib/sip.mjs';
import { run } from './lib/process.mjs';
import { until } from './lib/wait.mjs';

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

const account = (proxy, transport, extra = {}) => ({
  user: LINE_A, domain: DOMAIN, ...DEVICE_A, proxy, transport, ...extra,
});

for (const [name, proxy, transport] of [['UDP on IPv4', 'udp', 'udp'],
  ['TCP on IPv4', 'tcp', 'tcp'], ['UDP on IPv6', 'udp6', 'udp'], ['TCP on IPv6', 'tcp6', 'tcp']]) {
  test(`baresip registers by ${name} and its binding is seen and leaves with it`, async () => {
    const phone = await Baresip.start(account(server[proxy], transport));
    try {
      await phone.event('REGISTER_OK');
      const bindings = await server.bindings(LINE_A);
      assert.equal(bindings.length, 1);
      assert.equal(bindings[0].transport, transport);
      assert.match(bindings[0].user_agent, /baresip/);
    } finally {
      await phone.stop();
    }
    await until('the binding to leave', async () => (await server.bindings(LINE_A)).length === 0);
  });
}

test('a wrong password is refused and slowed; the right one works again soon', async () => {
  const phone = await Baresip.start(account(server.udp, 'udp', { password: 'wrong' }));
  try {
    await phone.event('REGISTER_FAIL');
    assert.equal((await server.bindings(LINE_A)).length, 0);
  } finally {
    await phone.stop();
  }
  const peer = await UdpPeer.open(server.udp);
  const who = { number: LINE_A, domain: DOMAIN, ...DEVICE_A };
  await until('the right password to be taken', async () =>
    (await peer.register(server, who)).status === 200, 20);
  assert.equal((await peer.register(server, { ...who, expires: 0 })).status, 200);
  peer.close();
});

test('status counts what the edge has seen', async () => {
  const before = await server.json('status');
  const peer = await UdpPeer.open(server.udp);
  const who = { number: LINE_A, domain: DOMAIN, ...DEVICE_A };
  assert.equal((await peer.register(server, who)).status, 200);
  assert.equal((await peer.register(server, { ...who, expires: 0 })).status, 200);
  peer.close();
  const after = await server.json('status');
  assert.ok(after.messages >= before.messages + 4, JSON.stringify(after));
  assert.ok(after.challenged > before.challenged);
  assert.equal(after.binding_write_failures, 0);
});

test('sipsak registers with the phone number as user and its own auth name', async () => {
  const port = server.udpPort;
  const result = await run('sipsak', ['-U', '-n', '-x', '120', '-s', `sip:${LINE_B}@127.0.0.1:${port}`,
    '-u', DEVICE_B.authName, '-a', DEVICE_B.password,
    '-C', `sip:${LINE_B}@127.0.0.1:9`, '-H', '127.0.0.1'], { seconds: 20 });
  assert.equal(result.code, 0, result.stdout + result.stderr);
  assert.equal((await server.bindings(LINE_B)).length, 1);
});

test('every challenge is MD5 alone and the same for a known and an unknown name', async () => {
  const peer = await UdpPeer.open(server.udp);
  const shape = async (number) => {
    const uri = `sip:${number}@${DOMAIN}`;
    const reply = await peer.ask(peer.request('REGISTER', `sip:${DOMAIN}`, {
      from: uri, headers: [`Contact: <sip:${number}@${peer.host}>`] }));
    assert.equal(reply.status, 401);
    const challenges = reply.all('www-authenticate');
    assert.equal(challenges.length, 1);
    assert.match(challenges[0], /algorithm=MD5/);
    return challenges[0].replace(/nonce="[^"]*"/, 'nonce');
  };
  assert.equal(await shape(LINE_A), await shape('+41449999999'));
  peer.close();
});

test('two devices on one line are two bindings, fetched by an empty REGISTER', async () => {
  const one = await UdpPeer.open(server.udp);
  const two = await TcpPeer.open(server.tcp);
  const who = { number: LINE_A, domain: DOMAIN, ...DEVICE_A };
  assert.equal((await one.register(server, who)).status, 200);
  const reply = await two.register(server, who);
  assert.equal(reply.status, 200);
  assert.equal(reply.all('contact').join(',').match(/<sip:/g).length, 2);
  two.close(); // its binding dies with its connection
  await until('the binding of the closed connection to go', async () =>
    (await server.bindings(LINE_A)).length === 1);
  const gone = await one.register(server, { ...who, expires: 0 });
  assert.equal(gone.status, 200);
  assert.equal((await server.bindings(LINE_A)).length, 0);
  one.close();
});

test('too short an expiry is 423 with Min-Expires', async () => {
  const peer = await UdpPeer.open(server.udp);
  const reply = await peer.register(server,
    { number: LINE_A, domain: DOMAIN, ...DEVICE_A, expires: 5 });
  assert.equal(reply.status, 423);
  assert.ok(Number(reply.header('min-expires')) >= 60);
  peer.close();
});

test('an answer sent a second time with the same nc is a replay', async () => {
  const peer = await UdpPeer.open(server.udp);
  const uri = `sip:${DOMAIN}`;
  const make = (cseq, extra) => peer.request('REGISTER', uri, {
    from: `sip:${LINE_A}@${DOMAIN}`, callId: 'replay', tag: 'r', cseq,
    headers: [`Contact: <sip:a@${peer.host}>`, 'Expires: 60', ...extra] });
  const challenge = await peer.ask(make(1, []));
  const value = answer(challenge.header('www-authenticate'),
    { ...DEVICE_A, method: 'REGISTER', uri });
  assert.equal((await peer.ask(make(2, [`Authorization: ${value}`]))).status, 200);
  const again = await peer.ask(make(3, [`Authorization: ${value}`]));
  assert.equal(again.status, 401);
  assert.match(again.header('www-authenticate'), /stale=true/i);
  peer.close();
});

test('a line of someone else cannot be registered', async () => {
  const peer = await UdpPeer.open(server.udp);
  const reply = await peer.register(server, { number: LINE_B, domain: DOMAIN, ...DEVICE_A });
  assert.equal(reply.status, 403);
  peer.close();
});
