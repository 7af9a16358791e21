// SPDX-License-Identifier: Apache-2.0
// calls.test.mjs - baresip and SIPp call through the server: device to device, to and from
// the trunk, CANCEL, busy, no answer; and every answered call is in the database with its
// charge within a second of its end.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Baresip } from './lib/baresip.mjs';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { Sipp } from './lib/sipp.mjs';
import { freePort, sleep, until } from './lib/wait.mjs';

let server;
let trunkPort;
let a;
let b;

const phone = (line, device, extra = {}) => Baresip.start({
  user: line, domain: DOMAIN, ...device, proxy: server.udp, ...extra });

before(async () => {
  trunkPort = await freePort();
  server = await Server.start({ trunk: trunkPort });
  a = await phone(LINE_A, DEVICE_A);
  b = await phone(LINE_B, DEVICE_B, { proxy: server.tcp, transport: 'tcp' });
  await a.event('REGISTER_OK');
  await b.event('REGISTER_OK');
});
after(async () => {
  await a?.stop();
  await b?.stop();
  await server?.stop();
});

async function idle() {
  await until('no live call', async () => (await server.json('call', 'list')).calls.length === 0);
  a.forget();
  b.forget();
}

/** The newest CDR once there are more than before. */
async function cdrAfter(line, action) {
  const before = (await server.json('cdr', 'list', '--line', line)).cdrs.length;
  await action();
  const cdrs = await server.cdrs(line, before + 1);
  await idle();
  return cdrs[0];
}

test('device to device, dialled in national form: rings, talks, ends, free', async () => {
  const cdr = await cdrAfter(LINE_A, async () => {
    a.dial(`sip:${LINE_B.replace('+41', '0')}@${DOMAIN}`);
    const ring = await b.event('CALL_INCOMING');
    assert.match(ring.peeruri, /\+41445550101/);
    await a.event('CALL_RINGING');
    b.accept();
    await a.event('CALL_ESTABLISHED');
    await b.event('CALL_ESTABLISHED');
    await a.event('CALL_RTPESTAB'); // sound arrives, both ways
    await b.event('CALL_RTPESTAB');
    a.hangup();
    await b.event('CALL_CLOSED');
  });
  assert.equal(cdr.to, LINE_B);
  assert.equal(cdr.cause, 'caller_hung_up');
  assert.equal(Number(cdr.charge), 0);
  assert.ok(cdr.answered_at);
  assert.match(cdr.started_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
});

test('the called device hangs up', async () => {
  const cdr = await cdrAfter(LINE_A, async () => {
    a.dial(`sip:${LINE_B}@${DOMAIN}`);
    await b.event('CALL_INCOMING');
    b.accept();
    await a.event('CALL_ESTABLISHED');
    b.hangup();
    await a.event('CALL_CLOSED');
  });
  assert.equal(cdr.cause, 'callee_hung_up');
});

test('a busy device: 486 reaches the caller', async () => {
  const cdr = await cdrAfter(LINE_A, async () => {
    a.dial(`sip:${LINE_B}@${DOMAIN}`);
    await b.event('CALL_INCOMING');
    b.hangup();
    const closed = await a.event('CALL_CLOSED');
    assert.match(closed.param, /486/);
  });
  assert.equal(cdr.answered_at, null);
  assert.equal(Number(cdr.charge), 0);
});

test('the caller gives up while it rings: CANCEL ends the other side', async () => {
  await cdrAfter(LINE_A, async () => {
    a.dial(`sip:${LINE_B}@${DOMAIN}`);
    await b.event('CALL_INCOMING');
    a.hangup();
    await b.event('CALL_CLOSED');
  });
});

test('nobody registered: 480', async () => {
  const other = await phone(LINE_B, DEVICE_B, { regint: 0 });
  const registered = b;
  await registered.stop();
  await until('the binding to go', async () => (await server.bindings(LINE_B)).length === 0);
  a.dial(`sip:${LINE_B}@${DOMAIN}`);
  const closed = await a.event('CALL_CLOSED');
  assert.match(closed.param, /480/);
  await other.stop();
  b = await phone(LINE_B, DEVICE_B, { proxy: server.tcp, transport: 'tcp' });
  await b.event('REGISTER_OK');
  await idle();
});

test('a number that cannot exist: 404', async () => {
  a.dial(`sip:0123@${DOMAIN}`);
  assert.match((await a.event('CALL_CLOSED')).param, /404/);
  await idle();
});

test('device to trunk: answered, charged by the tariff, own number asserted', async () => {
  const trunk = await Sipp.serve('../../../data/demo/trunk', { port: trunkPort });
  try {
    let missed = 0; // when it was last asked for in vain, after the end of the call
    const cdr = await cdrAfter(LINE_A, async () => {
      a.dial(`sip:0795550199@${DOMAIN}`);
      await a.event('CALL_ESTABLISHED');
      await a.event('CALL_RTPESTAB');
      await sleep(2200);
      a.hangup();
      await a.event('CALL_CLOSED').catch(() => {});
      const closed = Date.now();
      await until('the CDR', async () => {
        const asked = Date.now() - closed;
        const [newest] = (await server.json('cdr', 'list', '--line', LINE_A)).cdrs;
        const seen = newest.to === '+41795550199';
        if (!seen) missed = asked;
        return seen;
      });
    });
    assert.equal(cdr.to, '+41795550199');
    assert.equal(cdr.class, 'mobile');
    // Within a second of its end, however long the command takes that asks.
    assert.ok(missed < 1000, `${missed} ms after the call there was no CDR`);
    // 0.05 set-up and 0.35 a minute by the second: 3 s begun (4 on a slow machine).
    const seconds = (new Date(cdr.ended_at) - new Date(cdr.answered_at)) / 1000;
    const expected = 0.05 + Math.ceil(seconds) * 0.35 / 60;
    assert.ok(Math.abs(Number(cdr.charge) - expected) < 0.00001,
      `${cdr.charge} for ${seconds} s, expected ${expected}`);
    const wire = readFileSync(`${trunk.temp.dir}/messages.log`, 'utf8');
    assert.match(wire, /^INVITE sip:\+41795550199@/m);
    assert.match(wire, /^P-Asserted-Identity: .*\+41445550101/m);
    assert.doesNotMatch(wire, /baresip/, 'the device is hidden');
    assert.doesNotMatch(wire, new RegExp(DEVICE_A.authName));
  } finally {
    await trunk.stop();
  }
});

test('an emergency number and a freephone number are free', async () => {
  const trunk = await Sipp.serve('../../../data/demo/trunk', { port: trunkPort });
  try {
    for (const [dialled, to] of [['117', 'CH:117'], ['+41117', 'CH:117'],
      ['0800123456', '+41800123456']]) {
      const cdr = await cdrAfter(LINE_A, async () => {
        a.dial(`sip:${dialled}@${DOMAIN}`);
        await a.event('CALL_ESTABLISHED');
        a.hangup();
      });
      assert.equal(cdr.to, to);
      assert.equal(Number(cdr.charge), 0);
    }
  } finally {
    await trunk.stop();
  }
});

test('a destination without a price is refused, not given away', async () => {
  const trunk = await Sipp.serve('../../../data/demo/trunk', { port: trunkPort });
  try {
    a.dial(`sip:+881612345678@${DOMAIN}`);
    assert.match((await a.event('CALL_CLOSED')).param, /403/);
    await idle();
  } finally {
    await trunk.stop();
  }
});

test('the trunk is busy: 486; the trunk is out: 503', async () => {
  for (const [scenario, status] of [['busy', /486/], ['unavailable', /503/]]) {
    const trunk = await Sipp.serve(scenario, { port: trunkPort });
    try {
      a.dial(`sip:0795550199@${DOMAIN}`);
      assert.match((await a.event('CALL_CLOSED')).param, status);
      await idle();
    } finally {
      await trunk.stop();
    }
  }
});

test('a call to the trunk is cancelled while it rings', async () => {
  await sleep(2500); // the trunk said Retry-After: 2
  const trunk = await Sipp.serve('ring', { port: trunkPort, args: ['-m', '1'] });
  try {
    a.dial(`sip:0795550199@${DOMAIN}`);
    await a.event('CALL_RINGING');
    a.hangup();
    await trunk.done(15); // SIPp saw CANCEL and ACK
    await idle();
  } finally {
    await trunk.stop();
  }
});

test('the far end behind the trunk hangs up', async () => {
  const trunk = await Sipp.serve('hangup', { port: trunkPort, args: ['-m', '1'] });
  try {
    const cdr = await cdrAfter(LINE_A, async () => {
      a.dial(`sip:0795550199@${DOMAIN}`);
      await a.event('CALL_CLOSED');
      await trunk.done(15);
    });
    assert.equal(cdr.cause, 'callee_hung_up');
  } finally {
    await trunk.stop();
  }
});

test('trunk to device: rings with the caller number, answered, ended', async () => {
  const caller = await Sipp.call('call', server.udp, { number: LINE_B, port: trunkPort });
  const ring = await b.event('CALL_INCOMING');
  assert.match(ring.peeruri, /\+41791112233/);
  b.accept();
  await caller.done(20);
  const [cdr] = await server.cdrs(LINE_B, 1);
  assert.equal(cdr.direction, 'in');
  await caller.stop();
  await idle();
});

test('trunk to device: the caller cancels', async () => {
  const caller = await Sipp.call('cancel', server.udp, { number: LINE_B, port: trunkPort });
  await b.event('CALL_INCOMING');
  await caller.done(20);
  await b.event('CALL_CLOSED');
  await caller.stop();
  await idle();
});

test('trunk to device: busy is 486, an unknown number is 404', async () => {
  const caller = await Sipp.call('expect_486', server.udp, { number: LINE_B, port: trunkPort });
  await b.event('CALL_INCOMING');
  b.hangup();
  await caller.done(20);
  await caller.stop();
  await idle();
  const lost = await Sipp.call('expect_404', server.udp,
    { number: '+41445559999', port: trunkPort });
  await lost.done(20);
  await lost.stop();
});

test('revoke ends a live call on both sides and the registration, at once', async () => {
  const { credentials } = await server.json('credential', 'list', '--line', LINE_A);
  const credential = credentials.find((c) => c.auth_name === DEVICE_A.authName);
  a.dial(`sip:${LINE_B}@${DOMAIN}`);
  await b.event('CALL_INCOMING');
  b.accept();
  await b.event('CALL_ESTABLISHED');
  const answer = await server.json('credential', 'revoke', String(credential.id));
  assert.equal(answer.calls_ended, 1);
  assert.equal(answer.bindings_ended, 1);
  assert.ok(answer.elapsed_us < 100000, `${answer.elapsed_us} us`); // a tenth of a second
  await a.event('CALL_CLOSED');
  await b.event('CALL_CLOSED');
  assert.equal((await server.bindings(LINE_A)).length, 0);
  const again = await phone(LINE_A, DEVICE_A);
  await again.event('REGISTER_FAIL');
  await again.stop();
  const [cdr] = (await server.json('cdr', 'list', '--line', LINE_A)).cdrs;
  assert.equal(cdr.cause, 'revoked');
});
