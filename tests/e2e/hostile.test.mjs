// SPDX-License-Identifier: Apache-2.0
// hostile.test.mjs - what an attacker or a careless operator would try, over HTTPS, SIP and
// the command line of a running server.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { Api } from './lib/api.mjs';
import { DOMAIN, LINE_A, LINE_B, PORTAL_PASSWORD, Server } from './lib/server.mjs';
import { UdpPeer } from './lib/sip.mjs';
import { until } from './lib/wait.mjs';

const MOBILE = '+41795550001';
const COLUMNS = 'customer,name,segment,product,number,login,password,mobile,language';
let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

const signedIn = async (login, mobile) => {
  const api = new Api(server);
  await api.signIn(login, PORTAL_PASSWORD, mobile);
  return api;
};

/** An open stream of changes: { status, data, ended }. */
const stream = (api) => new Promise((done, fail) => {
  const { hostname, port } = server.portal;
  const cookie = [...api.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
  const request = https.get({ hostname, port, path: '/api/v1/stream', agent: false,
    rejectUnauthorized: false, headers: { Cookie: cookie } }, (response) => {
    const open = { status: response.statusCode, data: '', ended: false, request };
    response.setEncoding('utf8');
    response.on('data', (part) => { open.data += part; });
    response.on('close', () => { open.ended = true; });
    done(open);
  });
  request.on('error', fail);
});

test('a code with more behind it is wrong', async () => {
  const api = await signedIn('anna', MOBILE);
  await api.consent(LINE_A);
  const url = `/api/v1/lines/${LINE_A}/credentials`;
  const sent = server.smsCount(MOBILE);
  const ask = await api.post(url, { label: 'Tail', profile: 'generic' });
  const { code } = await server.sms(MOBILE, sent);
  const body = { label: 'Tail', profile: 'generic', action: ask.body.error.action };
  assert.equal((await api.post(url, { ...body, code: `${code}9` })).body.error.code, 'wrong_code');
  assert.equal((await api.post(url, { ...body, code })).status, 201);
});

test("changes are told to their customer's pages alone, and to four of them", async () => {
  const anna = await signedIn('anna', MOBILE);
  const beat = await signedIn('beat', '+41795550002');
  const foreign = await stream(anna);
  const own = await stream(beat);
  const { credentials } = await server.json('credential', 'list', '--line', LINE_B);
  await beat.post(`/api/v1/credentials/${credentials[0].id}/freeze`);
  await until('the own page to be told', () => own.data.includes(LINE_B));
  await beat.post(`/api/v1/credentials/${credentials[0].id}/unfreeze`);
  assert.ok(!foreign.data.includes(LINE_B));
  const more = [await stream(anna), await stream(anna), await stream(anna), await stream(anna)];
  assert.deepEqual(more.map((s) => s.status), [200, 200, 200, 429]);
  await beat.delete('/api/v1/session');
  await until('the stream to end with the session', () => own.ended);
  for (const s of [foreign, ...more]) s.request.destroy();
});

test('a hostile User-Agent is JSON text, and a control character is no header', async () => {
  const peer = await UdpPeer.open(server.udp);
  const device = { number: LINE_B, authName: 'bbbb3333', password: 'Vn4tYh8RkQe2mCx7JdLz9WsG',
    domain: DOMAIN };
  const plain = peer.request.bind(peer);
  const as = (agent) => {
    peer.request = (method, uri, options) => plain(method, uri, { ...options,
      headers: [...(options.headers ?? []), `User-Agent: ${agent}`] });
  };
  as('x\u001b[31m');
  assert.equal((await peer.register(server, device)).status, 400);
  const agent = '<svg onload=alert(1)>"\\';
  as(agent);
  assert.equal((await peer.register(server, device)).status, 200);
  const beat = await signedIn('beat', '+41795550002');
  const answer = await beat.get(`/api/v1/lines/${LINE_B}/credentials`);
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.equal(answer.body.credentials[0].bindings[0].user_agent, agent);
  peer.close();
});

test('HA1s that were brought along register, while the server runs', async () => {
  const ha1 = (kind) => createHash(kind).update(`old1:${DOMAIN}:OldPassword`).digest('hex');
  await server.import('credentials', 'number,auth_name,ha1_md5,ha1_sha256,label\n' +
    `${LINE_A},old1,${ha1('md5').toUpperCase()},${ha1('sha256')},Old phone\n`);
  const peer = await UdpPeer.open(server.udp);
  const device = { number: LINE_A, authName: 'old1', domain: DOMAIN };
  assert.equal((await peer.register(server, { ...device, password: 'OldPassword' })).status, 200);
  assert.notEqual((await peer.register(server, { ...device, password: 'Other' })).status, 200);
  peer.close();
});

test('an import that changes a password ends its sessions', async () => {
  const api = await signedIn('beat', '+41795550002');
  await server.import('customers', `${COLUMNS}\nc2,Beat Beispiel AG,SME,My KMU office,${LINE_B},` +
    'beat,quite another password,+41795550002,de\n');
  await until('the session to end', async () => (await api.get('/api/v1/lines')).status === 401);
});

test('the realm cannot change once there are credentials', async () => {
  const own = await Server.start({ serve: false });
  const text = `domain: ${DOMAIN}\nrealm: other.example.ch\nstate_dir: ${own.stateDir}\n`;
  writeFileSync(own.configPath, text);
  const result = await own.cli('line', 'list');
  assert.equal(result.code, 1);
  assert.match(result.stderr, /realm.*cannot change/);
  await own.stop();
});

test('what stands behind a command that takes nothing is refused', async () => {
  for (const words of [['serve', '--detach'], ['init', 'here'], ['config', 'check', 'now']]) {
    const result = await server.cli(...words);
    assert.equal(result.code, 1, words.join(' '));
    assert.match(result.stderr, /one word too many/);
  }
});

test("root works as the state directory's owner, so that the server can go on", async () => {
  const root = process.getuid() === 0;
  const own = await Server.start({ serve: false, tariffs: '', products: '', customers: '',
    credentials: '', config: root ? 'user: daemon\n' : '' });
  chmodSync(own.dir, 0o755);
  await own.import('tariffs', 'tariff,prefix,class,setup,per_minute,first_s,next_s,valid_from\n' +
    'home,+41,fixed,0,0.08,60,60,2017-01-01\n');
  const owner = lstatSync(own.stateDir).uid;
  assert.notEqual(owner, 0);
  assert.equal(lstatSync(path.join(own.stateDir, 'ownline.db')).uid, owner);
  await own.serve();
  assert.equal((await own.json('tariff', 'list')).rates.length, 1);
  await own.stop();
});
