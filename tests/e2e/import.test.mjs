// SPDX-License-Identifier: Apache-2.0
// import.test.mjs - what an import takes away ends in the running server at once: a changed
// password, and a credential that the operator's file no longer has.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Baresip } from './lib/baresip.mjs';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const HEADER = 'number,auth_name,password,label\n';
const ROW_A = `${LINE_A},${DEVICE_A.authName},${DEVICE_A.password},Phone A\n`;
const ROW_B = `${LINE_B},${DEVICE_B.authName},${DEVICE_B.password},Phone B\n`;

let server;
let a;
let b;
const phone = (line, device) => Baresip.start({
  user: line, domain: DOMAIN, ...device, proxy: server.udp, regint: 600 });

before(async () => {
  server = await Server.start();
  a = await phone(LINE_A, DEVICE_A);
  b = await phone(LINE_B, DEVICE_B);
  await a.event('REGISTER_OK');
  await b.event('REGISTER_OK');
});
after(async () => {
  await a?.stop();
  await b?.stop();
  await server?.stop();
});

async function talk() {
  a.forget();
  b.forget();
  a.dial(`sip:${LINE_B}@${DOMAIN}`);
  await b.event('CALL_INCOMING');
  b.accept();
  await a.event('CALL_ESTABLISHED');
}

const gone = (line) => until(`no binding of ${line}`, async () =>
  (await server.bindings(line)).length === 0, 5);

test('an import of the same file, and a dry run, end nothing', async () => {
  await talk();
  await server.import('credentials', HEADER + ROW_A + ROW_B);
  await server.import('credentials', HEADER + ROW_A, '--full', '--dry-run');
  assert.equal((await server.bindings(LINE_A)).length, 1);
  assert.equal((await server.bindings(LINE_B)).length, 1);
  assert.notEqual((await server.json('call', 'list')).calls.length, 0);
});

test('a credential that the file no longer has loses its binding and its call', async () => {
  await server.import('credentials', HEADER + ROW_A, '--full');
  await a.event('CALL_CLOSED', 5);
  await gone(LINE_B);
  assert.equal((await server.bindings(LINE_A)).length, 1);
  assert.equal((await server.cdrs(LINE_A, 1))[0].cause, 'revoked');
});

test('a changed password ends what was registered with the old one', async () => {
  await server.import('credentials', HEADER + ROW_A.replace(DEVICE_A.password, DEVICE_B.password));
  await gone(LINE_A);
});
