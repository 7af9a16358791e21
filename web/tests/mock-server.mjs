// SPDX-License-Identifier: Apache-2.0
// tests/mock-server.mjs - the portal API with invented data in memory, for the page tests
// and pictures only. Run by itself it serves web/dist: `npm run mock`.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const CONSENT = fileURLToPath(new URL('../../data/consent/', import.meta.url));

export const LOGIN = 'anna.keller';
export const PASSWORD = 'richtig-langes-passwort';
export const CODE = '483920';

const POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const CODE_TRIES = 3;
const CODE_VALID_S = 300;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

class Refusal extends Error {
  constructor(status, code, detail = {}) {
    super(code);
    this.status = status;
    this.body = { error: { code, message: `Refused: ${code}`, ...detail } };
  }
}

/** A day that is not today's hour by hour: what is on the pictures must not wander. */
function ago(seconds) {
  return new Date(Date.now() - seconds * 1000).toISOString();
}

function line(number, product, more = {}) {
  return {
    number,
    product,
    customer_name: 'Anna Keller',
    eligible: true,
    reason: null,
    reason_text: null,
    credentials_from: null,
    status: 'active',
    consent: null,
    ...more,
  };
}

function credential(id, label, profile, auth_name, more = {}) {
  return {
    id,
    label,
    profile,
    auth_name,
    status: 'active',
    created_at: ago(40 * DAY),
    created_by: LOGIN,
    last_registered_at: null,
    last_call_at: null,
    bindings: [],
    live_calls: 0,
    limits: {},
    ...more,
  };
}

function binding(user_agent, source, transport, more = {}) {
  return {
    contact_host: source.replace(/:\d+$/, ''),
    source,
    user_agent,
    transport,
    expires_s: 3240,
    registered_at: ago(3 * HOUR),
    ...more,
  };
}

function call(id, direction, other, answered, duration_s, charge, more = {}) {
  const start = more.ago ?? HOUR;
  delete more.ago;
  const own = '+41441234567';
  return {
    id,
    credential: 'c1',
    credential_label: 'FRITZ!Box',
    direction,
    to: direction === 'out' ? other : own,
    from: direction === 'out' ? own : other,
    class: 'fixed',
    started_at: ago(start),
    answered_at: answered ? ago(start - 6) : null,
    ended_at: ago(start - 6 - duration_s),
    duration_s,
    charge,
    currency: 'CHF',
    cause: answered ? 'caller_hung_up' : 'no_answer',
    ...more,
  };
}

const MAIN = '+41441234567';

function demoLines() {
  const consent = {
    version: '2026-11-1',
    accepted_at: ago(40 * DAY),
    login: LOGIN,
    reach: 'europe',
  };
  return [
    line(MAIN, 'inOne home', { consent }),
    line('+41313102030', 'Swisscom Line plus'),
    line('+41216543210', 'Vivo M', { consent, status: 'frozen' }),
    line('+41919876543', 'Swisscom Line Company', {
      eligible: false,
      reason: 'product_not_yet',
      credentials_from: '2027-07-01',
    }),
    line('+41617778899', 'Business Connect', { eligible: false, reason: 'product_never' }),
    line('+41712223344', 'Casa Trio', { eligible: false, reason: 'segment_not_covered' }),
  ];
}

function demoCredentials() {
  return new Map([
    [
      MAIN,
      [
        credential('c1', 'FRITZ!Box', 'fritzbox', 'k7m2x9qd', {
          last_registered_at: ago(3 * HOUR),
          last_call_at: ago(25 * MINUTE),
          bindings: [binding('AVM FRITZ!Box 7590 154.07.57', '85.3.12.94:5060', 'udp')],
          limits: { spend_day: '20.00', calls: 2 },
        }),
        credential('c2', 'Linphone Pixel', 'linphone', 'p4w8n2tz', {
          created_at: ago(12 * DAY),
          last_registered_at: ago(20 * MINUTE),
          last_call_at: ago(2 * DAY),
          bindings: [
            binding('Linphone-Android/5.2.5 (Pixel 8)', '178.197.223.17:40218', 'tls', {
              expires_s: 1500,
              registered_at: ago(20 * MINUTE),
            }),
          ],
        }),
        credential('c3', 'Chalet', 'generic', 'h3v6c8rj', {
          status: 'frozen',
          created_at: ago(200 * DAY),
          last_registered_at: ago(9 * DAY),
        }),
      ],
    ],
    ['+41216543210', [credential('c9', 'Zoiper', 'zoiper', 'b5k2m8xa')]],
  ]);
}

function demoCalls() {
  return [
    call('k9', 'out', '+41791234567', true, 205, '1.1900', { ago: 25 * MINUTE, class: 'mobile' }),
    call('k8', 'in', '+41313102030', true, 754, '0', { ago: 2 * HOUR, class: 'onnet' }),
    call('k7', 'in', 'anonymous', false, 0, '0', {
      ago: 3 * HOUR,
      credential: null,
      credential_label: null,
    }),
    call('k6', 'out', '+41800556464', true, 402, '0', { ago: DAY + HOUR, class: 'freephone' }),
    call('k5', 'out', '+493012345678', true, 1863, '4.6580', {
      ago: DAY + 2 * HOUR,
      class: 'international',
      credential: 'c2',
      credential_label: 'Linphone Pixel',
    }),
    call('k4', 'out', 'CH:1811', true, 62, '2.8800', { ago: 4 * DAY, class: 'directory' }),
    call('k3', 'out', '+41900112233', true, 31, '1.5000', {
      ago: 4 * DAY + HOUR,
      class: 'premium',
      cause: 'frozen',
      credential: 'c3',
      credential_label: 'Chalet',
    }),
    call('k2', 'out', '+41441112233', true, 91, '0.1580', { ago: 5 * DAY }),
    call('k1', 'out', 'CH:117', true, 84, '0', { ago: 30 * DAY, class: 'emergency' }),
  ];
}

function demoEvents() {
  const event = (id, seconds, kind, more = {}) => ({
    id,
    at: ago(seconds),
    kind,
    reason: null,
    text: kind,
    line: null,
    credential_label: null,
    source: '85.3.12.94',
    ...more,
  });
  return [
    event('e9', 2 * MINUTE, 'session_opened'),
    event('e8', 3 * MINUTE, 'code_sent'),
    event('e7', 20 * MINUTE, 'registered', {
      line: MAIN,
      credential_label: 'Linphone Pixel',
      source: '178.197.223.17',
    }),
    event('e6b', 3 * HOUR, 'device_refused', {
      line: MAIN,
      credential_label: 'Chalet',
      reason: 'tls_required',
      source: '2001:db8:1234:5678:9abc:def0:1234:5678',
    }),
    event('e6', 5 * HOUR, 'auth_failed', { line: MAIN, reason: 'user_name_sent', source: '203.0.113.66' }),
    event('e5', DAY + HOUR, 'wrong_password', { source: '203.0.113.66' }),
    event('e4', 2 * DAY, 'credential_frozen', {
      line: MAIN,
      credential_label: 'Chalet',
    }),
    event('e3', 2 * DAY + HOUR, 'tariff_changed', {
      line: MAIN,
      text: 'The tariff of this line has changed.',
      source: null,
    }),
    event('e2', 12 * DAY, 'credential_created', { line: MAIN, credential_label: 'Linphone Pixel' }),
    event('e1', 40 * DAY, 'consent_recorded', { line: MAIN }),
  ];
}

/** One customer's world. Tests reach into it: `register`, `ring`, `expireSessions` ... */
export class Mock {
  constructor() {
    this.reset();
    this.streams = new Set();
    this.lookers = new Set(); // those who watch a line's attempts
    this.server = createServer((request, response) => this.#answer(request, response));
  }

  reset() {
    this.serial = 100;
    this.sessions = new Map();
    this.sms = [];
    this.lines = demoLines();
    this.credentials = demoCredentials();
    this.calls = new Map([[MAIN, demoCalls()]]);
    this.live = new Map();
    this.forwardings = new Map();
    this.events = demoEvents();
    this.fail = undefined;
    this.language = 'de';
  }

  listen(port = 0) {
    return new Promise((resolve) => {
      this.server.listen(port, '127.0.0.1', () => {
        this.origin = `http://localhost:${this.server.address().port}`;
        resolve(this.origin);
      });
    });
  }

  close() {
    this.server.closeAllConnections?.();
    return new Promise((resolve) => this.server.close(resolve));
  }

  // What the world outside does.

  changed(number, what) {
    const data = JSON.stringify({ topic: `line:${number}`, what });
    for (const stream of this.streams) stream.write(`event: changed\ndata: ${data}\n\n`);
  }

  register(number, id, user_agent = 'baresip v1.0.0 (x86_64/Linux)') {
    const found = this.credentials.get(number).find((one) => one.id === id);
    found.bindings = [binding(user_agent, '192.0.2.17:5060', 'udp', { registered_at: ago(0) })];
    found.last_registered_at = ago(0);
    this.changed(number, 'bindings');
  }

  attempt(number, more) {
    const blank = { method: 'REGISTER', at: ago(0), credential: null, verified: false, status: 401,
      reason: 'no_credentials', text: null, number, auth_name: null, transport: 'udp',
      source: '192.0.2.17:5060', user_agent: 'baresip v1.0.0 (x86_64/Linux)' };
    const data = JSON.stringify({ topic: `line:${number}`, what: 'attempt', ...blank, ...more });
    for (const looker of this.lookers) looker.write(`event: changed\ndata: ${data}\n\n`);
  }

  refuse(number, reason, text = reason) {
    this.log('auth_failed', { line: number, reason, text, source: '192.0.2.17' });
  }

  ring(number, to, answered) {
    const own = { credential: 'c1', direction: 'out', from: number, to };
    const one = { id: 'l1', ...own, started_at: ago(95), answered_at: answered ? ago(90) : null };
    this.live.set(number, [one]);
    for (const each of this.credentials.get(number)) {
      if (each.id === own.credential) each.live_calls = 1;
    }
    this.changed(number, 'calls');
  }

  hangUp(number, charge) {
    const [one] = this.live.get(number);
    this.live.set(number, []);
    for (const each of this.credentials.get(number)) each.live_calls = 0;
    this.calls.set(number, [
      call(`k${++this.serial}`, 'out', one.to, true, 90, charge, { ago: 95 }),
      ...(this.calls.get(number) ?? []),
    ]);
    this.changed(number, 'calls');
  }

  expireSessions() {
    this.sessions.clear();
    for (const stream of [...this.streams, ...this.lookers]) stream.destroy();
  }

  /** Somebody who has signed in already: the value of the cookie. */
  admit() {
    return this.#open('active').id;
  }

  log(kind, more) {
    const blank = { reason: null, text: kind, line: null, credential_label: null, source: '127.0.0.1' };
    this.events.unshift({ id: `e${++this.serial}`, at: ago(0), kind, ...blank, ...more });
    this.changed(more.line ?? MAIN, 'events');
  }

  // The API.

  async #answer(request, response) {
    const url = new URL(request.url, 'http://localhost');
    try {
      if (!url.pathname.startsWith('/api/')) return await this.#page(url, response);
      const body = await readBody(request);
      if (this.fail) throw new Refusal(this.fail, 'http_fault');
      const answer = this.#operate(request, response, url, body);
      if (answer !== undefined) send(response, 200, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) console.error(error);
      send(response, error.status ?? 500, error.body ?? { error: { code: 'internal', message: '' } });
    }
  }

  async #page(url, response) {
    const wanted = normalize(join(DIST, url.pathname));
    const inside = wanted.startsWith(DIST) && extname(wanted);
    const file = inside ? wanted : join(DIST, 'index.html');
    const headers = {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    };
    try {
      const content = await readFile(file);
      response.writeHead(200, headers).end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  #session(request) {
    const id = /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    return this.sessions.get(id);
  }

  #operate(request, response, url, body) {
    const route = `${request.method} ${url.pathname.replace('/api/v1', '')}`;
    if (route === 'POST /session') return this.#signIn(body, response);
    const session = this.#session(request);
    if (!session) throw new Refusal(401, 'sign_in_required');
    if (request.method !== 'GET' && request.headers['x-csrf-token'] !== session.csrf) {
      throw new Refusal(403, 'csrf');
    }
    for (const [pattern, pending, operation] of ROUTES) {
      const match = pattern.exec(route);
      if (!match) continue;
      if (session.state !== 'active' && !pending) throw new Refusal(401, 'sign_in_required');
      return operation.call(this, { match, url, body, session, response });
    }
    throw new Refusal(404, 'not_found');
  }

  #signIn({ login, password }, response) {
    if (login === 'locked') throw new Refusal(429, 'too_many_attempts', { retry_after_s: 45 });
    if (login !== LOGIN || password !== PASSWORD) throw new Refusal(401, 'wrong_login');
    const { id, csrf } = this.#open('pending');
    this.sms.push({ to: '+41791112233', text: `Ownline: ${CODE}` });
    response.setHeader('Set-Cookie', `session=${id}; HttpOnly; SameSite=Strict; Path=/`);
    return { second_factor: 'sms', csrf, mobile_masked: '079 xxx xx 33' };
  }

  #open(state) {
    const id = `s${++this.serial}`;
    const session = { id, csrf: `csrf-${id}`, state, tries: CODE_TRIES };
    this.sessions.set(id, session);
    return session;
  }

  describe(session) {
    return {
      login: LOGIN,
      customer_name: 'Anna Keller',
      language: this.language,
      second_factor: session.state === 'pending' ? 'sms' : null,
      csrf: session.csrf,
      state: session.state,
      mobile_masked: '079 xxx xx 33',
    };
  }

  checkCode(code, holder) {
    if (holder.tries <= 0) throw new Refusal(401, 'code_locked');
    if (code === '000000') throw new Refusal(401, 'code_expired');
    if (code === CODE) return;
    holder.tries--;
    if (holder.tries <= 0) throw new Refusal(401, 'code_locked');
    throw new Refusal(401, 'wrong_code', { attempts_left: holder.tries });
  }

  lineOf(number) {
    const found = this.lines.find((one) => one.number === decodeURIComponent(number));
    if (!found) throw new Refusal(404, 'not_found');
    return found;
  }

  credentialOf(id) {
    for (const [number, list] of this.credentials) {
      const found = list.find((one) => one.id === id);
      if (found) return { number, list, found };
    }
    throw new Refusal(404, 'not_found');
  }

  forwardingOf(number) {
    const none = { always: null, busy: null, no_answer: null, unreachable: null };
    return this.forwardings.get(number) ?? { number, ...none, no_answer_after_s: 20 };
  }

  /** As the core: a number abroad needs a code that names it. */
  forward(number, { action, code, ...wanted }, session) {
    const now = { ...this.forwardingOf(number), no_answer_after_s: wanted.no_answer_after_s };
    for (const key of ['always', 'busy', 'no_answer', 'unreachable']) {
      const digits = (wanted[key] ?? '').replace(/[^+\d]/g, '').replace(/^0/, '+41');
      if (digits && digits.length < 9) throw new Refusal(400, 'bad_target', { field: key });
      now[key] = digits || null;
    }
    const abroad = [now.always, now.busy, now.no_answer, now.unreachable].some(
      (one) => one && !one.startsWith('+41'),
    );
    if (abroad && code !== CODE) {
      if (action) throw new Refusal(401, 'wrong_code', { attempts_left: 2 });
      throw new Refusal(401, 'step_up_required', {
        action: `a${++this.serial}`,
        mobile_masked: '079 xxx xx 33',
        expires_s: CODE_VALID_S,
      });
    }
    this.forwardings.set(number, now);
    this.log('forwarding_changed', { line: number });
    return now;
  }

  create(number, { label, profile, action, code }, session) {
    const { eligible, consent } = this.lineOf(number);
    if (!eligible) throw new Refusal(403, 'not_eligible');
    if (!consent) throw new Refusal(403, 'consent_required');
    if (!action) {
      session.action = { id: `a${++this.serial}`, label, profile, number, tries: CODE_TRIES };
      this.sms.push({ to: '+41791112233', text: `${number} "${label}" ${CODE}` });
      this.log('code_sent', { line: number });
      throw new Refusal(401, 'step_up_required', {
        action: session.action.id,
        mobile_masked: '079 xxx xx 33',
        expires_s: CODE_VALID_S,
      });
    }
    if (action !== session.action?.id || label !== session.action.label) {
      throw new Refusal(401, 'action_unknown');
    }
    this.checkCode(code, session.action);
    session.action = undefined;
    return this.issue(number, label, profile);
  }

  issue(number, label, profile) {
    const id = `c${++this.serial}`;
    const auth_name = 'q6t3w9zf';
    const password = 'vT7mKq2XwR9dHs4NpZ6bGc3Y';
    const list = this.credentials.get(number) ?? [];
    const made = credential(id, label, profile, auth_name, { created_at: ago(0) });
    this.credentials.set(number, [...list, made]);
    this.log('credential_created', { line: number, credential_label: label });
    this.changed(number, 'credentials');
    const domain = 'voip.example.ch';
    return {
      id,
      user_name: number,
      auth_name,
      password,
      domain,
      realm: domain,
      proxy: `sip.${domain}`,
      port: 5061,
      transport: 'tls',
      label,
      profile,
      uri: `sip:${number}@${domain};auth=${auth_name};password=${password};proxy=sip.${domain}:5061;transport=tls`,
    };
  }

  stream(response, streams = this.streams) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': here\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
  }

  counted(one) {
    const list = this.credentials.get(one.number) ?? [];
    const online_count = list.filter((each) => each.bindings.length > 0).length;
    return { ...one, credential_count: list.length, online_count };
  }
}

/** Method and path, whether the code may still be missing, what it does. */
const ROUTES = [
  [/^GET \/session$/, true, function ({ session }) {
    return this.describe(session);
  }],
  [/^DELETE \/session$/, true, function ({ session }) {
    this.sessions.delete(session.id);
    return {};
  }],
  [/^POST \/session\/resend$/, true, function () {
    this.sms.push({ to: '+41791112233', text: `Ownline: ${CODE}` });
    return { mobile_masked: '079 xxx xx 33' };
  }],
  [/^POST \/session\/code$/, true, function ({ body, session }) {
    this.checkCode(body.code, session);
    session.state = 'active';
    this.log('session_opened', {});
    return this.describe(session);
  }],
  [/^GET \/lines$/, false, function () {
    return { lines: this.lines.map((one) => this.counted(one)) };
  }],
  [/^GET \/consent$/, false, function ({ url }) {
    const language = url.searchParams.get('language');
    return JSON.parse(readFileSync(join(CONSENT, `${language}.json`), 'utf8'));
  }],
  [/^POST \/lines\/([^/]+)\/consent$/, false, function ({ match, body }) {
    const found = this.lineOf(match[1]);
    found.consent = { ...body, accepted_at: ago(0), login: LOGIN };
    this.log('consent_recorded', { line: found.number });
    return found.consent;
  }],
  [/^GET \/lines\/([^/]+)\/forwarding$/, false, function ({ match }) {
    return this.forwardingOf(this.lineOf(match[1]).number);
  }],
  [/^PUT \/lines\/([^/]+)\/forwarding$/, false, function ({ match, body, session }) {
    return this.forward(this.lineOf(match[1]).number, body, session);
  }],
  [/^GET \/lines\/([^/]+)\/credentials$/, false, function ({ match }) {
    const { number } = this.lineOf(match[1]);
    const list = this.credentials.get(number) ?? [];
    return { credentials: list.map((one) => ({ ...one, user_name: number })) };
  }],
  [/^POST \/lines\/([^/]+)\/credentials$/, false, function ({ match, body, session, response }) {
    send(response, 201, this.create(decodeURIComponent(match[1]), body, session));
  }],
  [/^POST \/credentials\/([^/]+)\/(freeze|unfreeze)$/, false, function ({ match }) {
    const { number, found } = this.credentialOf(match[1]);
    found.status = match[2] === 'freeze' ? 'frozen' : 'active';
    found.live_calls = 0;
    this.log(`credential_${match[2] === 'freeze' ? 'frozen' : 'unfrozen'}`, {
      line: number,
      credential_label: found.label,
    });
    this.changed(number, 'credentials');
    return {};
  }],
  [/^DELETE \/credentials\/([^/]+)$/, false, function ({ match }) {
    const { number, list, found } = this.credentialOf(match[1]);
    this.credentials.set(number, list.filter((one) => one !== found));
    this.log('credential_revoked', { line: number, credential_label: found.label });
    this.changed(number, 'credentials');
    return {
      bindings_ended: found.bindings.length,
      calls_ended: found.live_calls,
      nodes_pending: 0,
      elapsed_us: 38_120,
    };
  }],
  [/^GET \/lines\/([^/]+)\/calls$/, false, function ({ match, url }) {
    const { number } = this.lineOf(match[1]);
    const all = this.calls.get(number) ?? [];
    const before = url.searchParams.get('before');
    const from = before ? all.findIndex((one) => one.id === before) + 1 : 0;
    const limit = Number(url.searchParams.get('limit') ?? 50);
    return { calls: all.slice(from, from + limit), live: this.live.get(number) ?? [] };
  }],
  [/^GET \/events$/, false, function ({ url }) {
    return { events: this.events.slice(0, Number(url.searchParams.get('limit') ?? 50)) };
  }],
  [/^GET \/lines\/([^/]+)\/attempts$/, false, function ({ match, response }) {
    this.lineOf(match[1]);
    this.stream(response, this.lookers);
  }],
  [/^GET \/stream$/, false, function ({ response }) {
    this.stream(response);
  }],
];

function send(response, status, body) {
  if (response.headersSent) return;
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function readBody(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = new Mock();
  const origin = await mock.listen(Number(process.env.PORT ?? 8099));
  console.log(`${origin}  login ${LOGIN}  password ${PASSWORD}  code ${CODE}`);
}
