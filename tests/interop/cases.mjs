// SPDX-License-Identifier: Apache-2.0
// cases.mjs - what is asked of every client. Each case looks at both ends and at the server's
// own book: what the client says, what the far end behind the trunk got, what the CDR has. It
// throws what was missing; what it returns is a remark for the table.
//
// A session has: client, far (agent.mjs), server, line, account, numbers.
import assert from 'node:assert/strict';
import { userOf } from './lib/agent.mjs';
import { sleep, until } from '../e2e/lib/wait.mjs';

const A_MOMENT_MS = 500; // nobody resumes while the hold is on its way
const REFRESH_S = 60; // of a session of 90 s, half-way
const CALLER = '+41791112233';
export const national = (number) => number.replace(/^\+41/, '0');

async function binding(s) {
  const all = await s.server.bindings(s.line);
  assert.equal(all.length, 1, `${all.length} bindings`);
  return all[0];
}

/** Runs action and answers the CDR that it left, once the call is out of the list of calls. */
export async function cdrOf(s, number, action) {
  const list = async () => (await s.server.json('cdr', 'list', '--line', s.line)).cdrs
    .filter((cdr) => (number === s.line ? cdr.direction === 'in' : cdr.to === number));
  const before = (await list()).length;
  await action();
  const [cdr] = await until(`a CDR of the call to ${number}`, async () => {
    const now = await list();
    return now.length > before && now;
  }, 5);
  return cdr;
}

/** A call from the client to a number behind the trunk, answered there. */
async function talk(s, number, headers) {
  await s.client.call(national(number));
  const call = await s.far.ring(number);
  s.passed?.(call);
  await call.answer(headers);
  await s.client.established();
  return call;
}

/** A call from the trunk to the line, answered by the client. */
export async function comeIn(s, headers = []) {
  const call = await s.far.call(s.hop, { to: s.line, domain: s.hop.host,
    from: `sip:${CALLER}@${s.far.host}`,
    headers: [`P-Asserted-Identity: <sip:${CALLER}@${s.far.host}>`, ...headers] });
  const who = await s.client.ringing?.();
  if (who) assert.match(who, /41791112233/, `the caller is shown as ${who}`);
  return call;
}

async function part(s, call) {
  await s.client.hangup();
  await call.over();
  await s.client.over();
}

/** They hear each other. */
async function sound(s, call) {
  await call.heard();
  if (s.client.heard) await s.client.heard();
}

export const is = (cdr, want) => {
  for (const [key, value] of Object.entries(want)) {
    assert.equal(cdr[key], value, `the CDR's ${key} is ${cdr[key]}, not ${value}`);
  }
};

export const CASES = {
  register: { title: 'register', seconds: 50, async run(s) {
    await s.client.registered();
    const b = await binding(s);
    assert.equal(b.transport, s.account.transport);
    assert.notEqual(s.account.authName, s.account.user);
  } },

  again: { title: 're-register', seconds: 25, async run(s) {
    const before = await binding(s);
    await s.client.reregister?.();
    await until('the binding to be refreshed', async () => {
      const now = (await s.server.bindings(s.line))[0];
      const fresh = now && (now.expires_s > s.lowest || now.registered_at !== before.registered_at);
      s.lowest = Math.min(s.lowest ?? before.expires_s, now?.expires_s ?? 0);
      return fresh;
    }, 20);
    s.lowest = undefined;
    await binding(s);
  } },

  out: { title: 'call out', seconds: 20, async run(s) {
    const number = s.number();
    const cdr = await cdrOf(s, number, async () => {
      const call = await talk(s, number);
      assert.equal(userOf(call.invite.header('p-asserted-identity')), s.line, 'the number asserted');
      assert.doesNotMatch(call.invite.text, new RegExp(s.account.authName), 'the auth name crosses');
      await sound(s, call);
      await part(s, call);
    });
    is(cdr, { cause: 'caller_hung_up', direction: 'out', class: 'mobile' });
    assert.ok(cdr.answered_at && Number(cdr.charge) > 0, `charge ${cdr.charge}`);
  } },

  in: { title: 'call in', seconds: 20, async run(s) {
    const cdr = await cdrOf(s, s.line, async () => {
      const call = await comeIn(s);
      await s.client.answer();
      assert.equal(await call.outcome(), 200);
      await s.client.established();
      await sound(s, call);
      await call.hangup();
      await s.client.over();
    });
    is(cdr, { cause: 'caller_hung_up', direction: 'in' });
    assert.ok(cdr.answered_at);
  } },

  hold: { title: 'hold and resume', seconds: 20, async run(s) {
    const call = await talk(s, s.number());
    await call.heard();
    await s.client.hold();
    await until('the hold at the far end', () =>
      /^(sendonly|inactive)$/.test(call.holds.at(-1)), 6);
    await sleep(A_MOMENT_MS);
    await s.client.resume();
    await until('the resume at the far end', () => call.holds.at(-1) === 'sendrecv', 6);
    await call.heard();
    await part(s, call);
  } },

  held: { title: 'held by the far end', seconds: 20, async run(s) {
    const call = await talk(s, s.number());
    const direction = await call.reinvite('sendonly');
    assert.match(direction, /^(recvonly|inactive)$/, `it answered ${direction}`);
    assert.equal(await call.reinvite('sendrecv'), 'sendrecv');
    await call.heard();
    await part(s, call);
  } },

  dtmf: { title: 'DTMF', seconds: 20, async run(s) {
    const call = await talk(s, s.number());
    await call.heard();
    await s.client.dtmf('5');
    await until('the digit at the far end', () =>
      call.rtp.digits.includes('5') || call.infos.some((info) => /5/.test(info)), 6);
    const means = call.rtp.digits.includes('5') ? 'RFC 4733' : 'INFO';
    await part(s, call);
    return means;
  } },

  transfer: { title: 'transfer', seconds: 25, async run(s) {
    const target = s.number();
    const cdr = await cdrOf(s, target, async () => {
      const first = await talk(s, s.number());
      await first.heard();
      await s.client.transfer(national(target));
      const second = await s.far.ring(target);
      await second.answer();
      await s.client.over();
      await Promise.all([first.heard(), second.heard()]); // each other, now
      await second.hangup();
      await first.over();
    });
    is(cdr, { direction: 'out', to: target });
    assert.ok(Number(cdr.charge) > 0, 'the transferor pays');
  } },

  attended: { title: 'transfer, attended', seconds: 25, async run(s) {
    const first = await talk(s, s.number());
    const firstId = s.client.id;
    await s.client.hold();
    await until('the hold at the far end', () => first.holds.length > 0, 6);
    const second = await talk(s, s.number());
    await s.client.attended(firstId, s.client.id);
    await s.client.over();
    await Promise.all([first.heard(), second.heard()]);
    await second.hangup();
    await first.over();
  } },

  cancel: { title: 'CANCEL by the client', seconds: 15, async run(s) {
    const number = s.number();
    const cdr = await cdrOf(s, number, async () => {
      await s.client.call(national(number));
      const call = await s.far.ring(number);
      await s.client.hangup();
      await until('CANCEL at the far end', () => call.cancelled, 6);
      await s.client.over();
    });
    is(cdr, { cause: 'cancelled', answered_at: null });
    assert.equal(Number(cdr.charge), 0);
  } },

  cancelled: { title: 'CANCEL by the caller', seconds: 15, async run(s) {
    const cdr = await cdrOf(s, s.line, async () => {
      const call = await comeIn(s);
      await call.cancel();
      assert.equal(await call.outcome(), 487);
      await s.client.over();
    });
    is(cdr, { cause: 'cancelled', answered_at: null });
  } },

  reliable: { title: 'reliable provisional', seconds: 30, mode: 'extended', async run(s) {
    const number = s.number();
    await s.client.call(national(number));
    const out = await s.far.ring(number);
    await out.progressReliably();
    await s.client.acknowledged(); // it has said so itself, rather than the server for it
    await out.answer();
    await s.client.established();
    await sound(s, out);
    await part(s, out);
    await s.client.forget?.();
    const call = await comeIn(s, ['Supported: 100rel']);
    await s.client.ring?.();
    await until('it to ring reliably', () => call.prackAnswer === 200, 8);
    await s.client.answer();
    assert.equal(await call.outcome(), 200);
    await s.client.established();
    await sound(s, call);
    await call.hangup();
    await s.client.over();
  } },

  secure: { title: 'sound encrypted', seconds: 30, mode: 'secure', async run(s) {
    const call = await talk(s, s.number());
    assert.match(call.invite.body, /^m=audio \d+ RTP\/AVP /m, 'the trunk is offered plain sound');
    assert.doesNotMatch(call.invite.body, /crypto|fingerprint/);
    await sound(s, call);
    await part(s, call);
    return s.client.encryption ?? 'SRTP with SDES';
  } },

  refresh: { title: 'session timer', seconds: 90, mode: 'extended', async run(s) {
    const call = await talk(s, s.number(), ['Require: timer', 'Session-Expires: 90;refresher=uac']);
    const how = await s.client.refreshed(REFRESH_S);
    await until('the refresh at the far end', () => call.refreshes > 0, REFRESH_S);
    await sound(s, call);
    await part(s, call);
    return how;
  } },

  leave: { title: 'unregister', seconds: 15, async run(s) {
    await s.client.stop();
    s.stopped = true;
    await until('the binding to leave', async () =>
      (await s.server.bindings(s.line)).length === 0, 5);
  } },
};
