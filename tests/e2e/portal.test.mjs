// SPDX-License-Identifier: Apache-2.0
// portal.test.mjs - the portal's API over HTTPS against the real core: sign-in, codes,
// step-up, consent, eligibility, other people's ids, headers.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Api } from './lib/api.mjs';
import { DEVICE_A, DOMAIN, LINE_A, LINE_B, LINE_C, PORTAL_PASSWORD, Server } from './lib/server.mjs';
import { UdpPeer } from './lib/sip.mjs';
import http from 'node:http';
import { sleep, until } from './lib/wait.mjs';

const MOBILE = '+41795550001';
let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

const signedIn = async (login = 'anna', mobile = MOBILE) => {
  const api = new Api(server);
  await api.signIn(login, PORTAL_PASSWORD, mobile);
  return api;
};

test('a wrong password and an unknown login get the same answer', async () => {
  const api = new Api(server);
  const wrong = await api.post('/api/v1/session', { login: 'beat', password: 'wrong password' });
  const unknown = await api.post('/api/v1/session', { login: 'nobody', password: 'wrong password' });
  assert.equal(wrong.status, 401);
  assert.equal(unknown.status, 401);
  assert.equal(wrong.text, unknown.text);
});

test('before the code nothing but the code is to be had', async () => {
  const api = new Api(server);
  const first = await api.post('/api/v1/session', { login: 'anna', password: PORTAL_PASSWORD });
  assert.equal(first.status, 200);
  for (const path of ['/api/v1/lines', '/api/v1/events', `/api/v1/lines/${LINE_A}/calls`]) {
    assert.equal((await api.get(path)).status, 401, path);
  }
});

test('the password alone does not say whose it is', async () => {
  const api = new Api(server);
  await api.post('/api/v1/session', { login: 'anna', password: PORTAL_PASSWORD });
  const answer = await api.get('/api/v1/session');
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.state, 'pending');
  assert.ok(answer.body.mobile_masked && answer.body.csrf);
  for (const key of ['login', 'customer_name', 'language']) {
    assert.equal(answer.body[key] ?? null, null, key);
  }
  assert.doesNotMatch(answer.text, /Anna Muster/);
});

test('whoever sets a device up sees what it tries, and nobody else does', async () => {
  const anna = await signedIn();
  const beat = await signedIn('beat', '+41795550002');
  const heard = await anna.listen(`/api/v1/lines/${LINE_A}/attempts`);
  const overheard = await beat.listen(`/api/v1/lines/${LINE_B}/attempts`);
  assert.equal((await beat.get(`/api/v1/lines/${LINE_A}/attempts`)).status, 404);
  const told = () => [...heard.text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data))
    .filter(({ what }) => what === 'attempt');
  const device = await UdpPeer.open(server.udp);
  const tried = { number: LINE_A, domain: DOMAIN, ...DEVICE_A };
  assert.equal((await device.register(server, { ...tried, authName: 'nosuchone' })).status, 401);
  assert.equal((await device.register(server, { ...tried, password: 'wrong' })).status, 401);
  assert.equal((await device.register(server, tried)).status, 200);
  await until('the registration', () => told().some(({ reason }) => reason === 'ok'));
  const unknown = told().find(({ reason }) => reason === 'unknown_auth_name');
  assert.equal(unknown.auth_name, 'nosuchone');
  assert.equal(unknown.credential, null);
  assert.equal(unknown.transport, 'udp');
  assert.equal(unknown.source, device.host);
  const wrong = told().find(({ reason }) => reason === 'wrong_password');
  assert.ok(wrong.credential);
  assert.equal(told().at(-1).credential, wrong.credential);
  assert.equal(told().at(-1).verified, true);
  assert.doesNotMatch(overheard.text, /attempt/);
  heard.stop();
  overheard.stop();
  // Nothing of the unknown name is kept.
  assert.doesNotMatch((await anna.get('/api/v1/events')).text, /nosuchone|unknown_auth_name/);
  device.close();
});

test('a wrong code, then too many', async () => {
  const api = new Api(server);
  const before = server.smsCount('+41795550003');
  await api.post('/api/v1/session', { login: 'carla', password: PORTAL_PASSWORD });
  const { code } = await server.sms('+41795550003', before);
  const wrong = code === '000000' ? '000001' : '000000';
  const first = await api.post('/api/v1/session/code', { code: wrong });
  assert.equal(first.status, 401);
  assert.equal(first.body.error.code, 'wrong_code');
  let last;
  for (let i = 0; i < 10; i++) last = await api.post('/api/v1/session/code', { code: wrong });
  assert.equal(last.status, 401);
  const right = await api.post('/api/v1/session/code', { code });
  assert.equal(right.status, 401, 'the right code is dead too');
});

test('a code works once, also when it is posted fifty times at once', async () => {
  const api = new Api(server);
  const before = server.smsCount(MOBILE);
  await api.post('/api/v1/session', { login: 'anna', password: PORTAL_PASSWORD });
  const { code } = await server.sms(MOBILE, before);
  const answers = await Promise.all(Array.from({ length: 50 }, () =>
    api.post('/api/v1/session/code', { code })));
  assert.equal(answers.filter((a) => a.status === 200).length, 1);
});

test('the session gets a new token with the second factor, and the cookie is strict', async () => {
  const api = new Api(server);
  const before = server.smsCount(MOBILE);
  const first = await api.post('/api/v1/session', { login: 'anna', password: PORTAL_PASSWORD });
  const [cookie] = first.headers['set-cookie'];
  for (const word of [/^__Host-/, /HttpOnly/i, /Secure/i, /SameSite=Strict/i, /Path=\//i]) {
    assert.match(cookie, word);
  }
  const old = [...api.cookies][0][1];
  const { code } = await server.sms(MOBILE, before);
  await api.post('/api/v1/session/code', { code });
  assert.notEqual([...api.cookies][0][1], old);
});

test('the headers of ASVS 3.4 and no-store on account data', async () => {
  const api = await signedIn();
  const page = await api.get('/');
  assert.equal(page.status, 200);
  assert.match(page.text, /<!doctype html>/i);
  for (const [name, value] of [['strict-transport-security', /max-age=31536000/],
    ['content-security-policy', /object-src 'none'.*base-uri 'none'|base-uri 'none'.*object-src 'none'/],
    ['content-security-policy', /frame-ancestors 'none'/], ['x-content-type-options', /nosniff/],
    ['referrer-policy', /no-referrer/]]) {
    assert.match(page.headers[name] ?? '', value, name);
  }
  assert.doesNotMatch(page.headers['content-security-policy'], /unsafe-inline/);
  assert.match((await api.get('/api/v1/lines')).headers['cache-control'], /no-store/);
});

test('a change without the CSRF token is refused', async () => {
  const api = await signedIn();
  api.csrf = undefined;
  const answer = await api.post(`/api/v1/lines/${LINE_A}/consent`, { version: 'current', reach: 'home' });
  assert.equal(answer.status, 403);
});

test('lines tell eligibility with its reason', async () => {
  const anna = (await (await signedIn()).get('/api/v1/lines')).body.lines;
  assert.deepEqual(anna.map((l) => [l.number, l.eligible]), [[LINE_A, true]]);
  const carla = await signedIn('carla', '+41795550003').catch(() => null);
  if (carla) {
    const [line] = (await carla.get('/api/v1/lines')).body.lines;
    assert.equal(line.number, LINE_C);
    assert.equal(line.eligible, false);
    assert.equal(line.reason, 'product_never');
  } else {
    assert.fail('carla could not sign in');
  }
});

test('consent first, then a code that names the action, then the secret once', async () => {
  const api = await signedIn('beat', '+41795550002');
  const path = `/api/v1/lines/${LINE_B}/credentials`;
  const early = await api.post(path, { label: 'Zoiper', profile: 'generic' });
  assert.ok(early.status >= 400 && early.body.error.code !== 'step_up_required', early.text);
  await api.consent(LINE_B);
  const before = server.smsCount('+41795550002');
  const made = await api.createCredential(LINE_B, 'Zoiper', '+41795550002');
  const sms = await server.sms('+41795550002', before);
  assert.match(sms.text, /Zoiper/, 'the SMS names the device');
  assert.doesNotMatch(sms.text, /@\S+ #\d/, 'an issuing code is not filled in by itself');
  assert.equal(made.user_name, LINE_B);
  assert.notEqual(made.auth_name, made.user_name);
  assert.match(made.password, /^[a-zA-Z0-9]{24}$/);
  assert.doesNotMatch(made.password, /[lI1Oo0]/);
  const list = await api.get(path);
  assert.ok(!list.text.includes(made.password));
  assert.ok(list.body.credentials.some((c) => c.id === made.id && c.label === 'Zoiper'));
});

test('a step-up code is for its action, once, and not for another', async () => {
  const api = await signedIn();
  await api.consent(LINE_A);
  const path = `/api/v1/lines/${LINE_A}/credentials`;
  const step = async (label) => {
    const before = server.smsCount(MOBILE);
    const answer = await api.post(path, { label, profile: 'generic' });
    assert.equal(answer.body.error.code, 'step_up_required', answer.text);
    return { action: answer.body.error.action, code: (await server.sms(MOBILE, before)).code };
  };
  const one = await step('One');
  const other = await api.post(path, { label: 'Other', profile: 'generic', ...one });
  assert.notEqual(other.status, 201, 'the label is part of the action');
  const two = await step('Two');
  assert.equal((await api.post(path, { label: 'Two', profile: 'generic', ...two })).status, 201);
  assert.notEqual((await api.post(path, { label: 'Two', profile: 'generic', ...two })).status, 201);
});

test('a line that is not eligible is refused with its reason', async () => {
  const api = await signedIn('carla', '+41795550003');
  const answer = await api.post(`/api/v1/lines/${LINE_C}/credentials`,
    { label: 'x', profile: 'generic' });
  assert.ok([403, 409].includes(answer.status), answer.text);
  assert.match(answer.body.error.code, /eligible|product_never/);
});

test("someone else's line and credential do not exist", async () => {
  const api = await signedIn();
  const { credentials } = await server.json('credential', 'list', '--line', LINE_B);
  const foreign = credentials[0].id;
  const attempts = [['GET', `/api/v1/lines/${LINE_B}/credentials`],
    ['GET', `/api/v1/lines/${LINE_B}/calls`], ['POST', `/api/v1/lines/${LINE_B}/consent`,
      { version: 'current', reach: 'home' }],
    ['POST', `/api/v1/lines/${LINE_B}/credentials`, { label: 'x', profile: 'generic' }],
    ['POST', `/api/v1/credentials/${foreign}/freeze`, {}],
    ['POST', `/api/v1/credentials/${foreign}/unfreeze`, {}],
    ['DELETE', `/api/v1/credentials/${foreign}`]];
  for (const [method, path, body] of attempts) {
    const answer = await api.request(method, path, body);
    assert.equal(answer.status, 404, `${method} ${path}: ${answer.text}`);
    const missing = await api.request(method,
      path.replace(LINE_B, '+41440000000').replace(foreign, '0123456789abc'), body);
    assert.equal(missing.status, 404);
    assert.equal(answer.body.error.code, missing.body.error.code);
  }
  const after = (await server.json('credential', 'list', '--line', LINE_B)).credentials;
  assert.equal(after[0].status, 'active');
});

test('freeze, unfreeze, revoke; revoke tells what ended', async () => {
  const api = await signedIn();
  const path = `/api/v1/lines/${LINE_A}/credentials`;
  const mine = (await api.get(path)).body.credentials.find((c) => c.auth_name === DEVICE_A.authName);
  assert.equal((await api.post(`/api/v1/credentials/${mine.id}/freeze`)).status, 200);
  const status = async () => (await api.get(path)).body.credentials
    .find((c) => c.id === mine.id)?.status;
  assert.equal(await status(), 'frozen');
  assert.equal((await api.post(`/api/v1/credentials/${mine.id}/unfreeze`)).status, 200);
  assert.equal(await status(), 'active');
  const gone = await api.delete(`/api/v1/credentials/${mine.id}`);
  assert.equal(gone.status, 200, gone.text);
  for (const key of ['bindings_ended', 'calls_ended', 'nodes_pending', 'elapsed_us']) {
    assert.equal(typeof gone.body[key], 'number', key);
  }
  assert.notEqual(await status(), 'active');
  assert.equal((await api.post(`/api/v1/credentials/${mine.id}/unfreeze`)).status, 409,
    'there is no undo');
});

test('the security log tells it all', async () => {
  const api = await signedIn();
  const { events } = (await api.get('/api/v1/events')).body;
  for (const kind of ['session_opened', 'credential_created', 'credential_revoked',
    'consent_recorded']) {
    assert.ok(events.some((e) => e.kind === kind), kind);
  }
});

test('a code that has expired is refused, and says so', async () => {
  const own = await Server.start({ code: 1 });
  try {
    const api = new Api(own);
    await api.post('/api/v1/session', { login: 'anna', password: PORTAL_PASSWORD });
    const { code, text } = await own.sms(MOBILE);
    assert.match(text, /\b1 s\b/);
    await sleep(1100);
    const answer = await api.post('/api/v1/session/code', { code });
    assert.equal(answer.body.error.code, 'code_expired');
    assert.equal((await api.get('/api/v1/lines')).status, 401);
  } finally {
    await own.stop();
  }
});

test("nothing of mine is in another customer's log and stream", async () => {
  const beat = await signedIn('beat', '+41795550002');
  const heard = await beat.listen('/api/v1/stream');
  const anna = await signedIn();
  const line = (await anna.get('/api/v1/lines')).body.lines[0];
  await anna.post(`/api/v1/lines/${LINE_A}/consent`, { version: 'current', reach: 'world' });
  await beat.post(`/api/v1/lines/${LINE_B}/consent`, { version: 'current', reach: 'home' });
  await until('his own event', () => /events|credentials|consent/.test(heard.text));
  heard.stop();
  assert.equal(line.number, LINE_A);
  assert.doesNotMatch(heard.text, new RegExp(LINE_A.slice(1)));
  const { events } = (await beat.get('/api/v1/events')).body;
  assert.ok(events.length > 0);
  for (const event of events) {
    assert.doesNotMatch(JSON.stringify(event), new RegExp(`anna|${LINE_A.slice(1)}`));
    assert.ok(event.line === LINE_B || !event.line, JSON.stringify(event));
  }
});

test('sign out ends the session', async () => {
  const api = await signedIn();
  assert.equal((await api.delete('/api/v1/session')).status, 200);
  assert.equal((await api.get('/api/v1/lines')).status, 401);
});

test('bad bodies are errors with a code, not crashes', async () => {
  const api = await signedIn();
  const path = `/api/v1/lines/${LINE_A}/credentials`;
  for (const body of [{}, { label: '' }, { label: 'x'.repeat(1000), profile: 'generic' },
    { label: 'a\u0000b', profile: 'generic' }, { label: 5, profile: {} }, [], 'x', null]) {
    const answer = await api.request('POST', path, body);
    assert.equal(answer.status, 400, JSON.stringify(body) + answer.text);
    assert.ok(answer.body.error.code && answer.body.error.message);
  }
  const plain = await api.request('POST', path, { label: 'x', profile: 'generic' },
    { 'Content-Type': 'text/plain' });
  assert.equal(plain.status, 415);
  assert.equal((await api.request('PUT', path, {})).status, 405);
  assert.equal((await api.get('/api/v1/nothing')).status, 404);
});

test('an HTTP gateway gets the SMS by the template', async () => {
  const got = [];
  const gateway = http.createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => { got.push({ url: request.url, body }); response.end('ok'); });
  });
  await new Promise((done) => gateway.listen(0, '127.0.0.1', done));
  const own = await Server.start({ sms: `
  via: http
  url: "http://127.0.0.1:${gateway.address().port}/send"
  body: '{"to":"{to}","text":"{text}"}'
` });
  try {
    const api = new Api(own);
    await api.post('/api/v1/session', { login: 'anna', password: PORTAL_PASSWORD });
    await until('the gateway to be asked', () => got.length > 0);
    const { to, text } = JSON.parse(got[0].body);
    assert.equal(to, MOBILE);
    const code = text.match(/\b(\d{6})\b/)[1];
    assert.equal((await api.post('/api/v1/session/code', { code })).status, 200);
    assert.ok(!own.child.stdout.includes(code));
  } finally {
    await own.stop();
    gateway.close();
  }
});
