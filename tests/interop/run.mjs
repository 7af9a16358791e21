// SPDX-License-Identifier: Apache-2.0
// run.mjs - "make interop": every client, over each transport and with each digest algorithm,
// against one running server. Writes docs/interop.md from what was observed.
// Usage: node run.mjs [--only CLIENT,...] [--transport udp,...] [--case register,...] [--dry]
import os from 'node:os';
import { parseArgs } from 'node:util';
import { PATIENCE, until } from '../e2e/lib/wait.mjs';
import { CASES } from './cases.mjs';
import { House } from './lib/house.mjs';
import { write } from './lib/report.mjs';

const WHOLE_RUN_S = 14 * 60;
const AT_ONCE = Math.max(4, os.cpus().length); // they wait more than they work

const { values: options } = parseArgs({ options: {
  only: { type: 'string' }, transport: { type: 'string' }, algorithm: { type: 'string' },
  case: { type: 'string' }, dry: { type: 'boolean' } } });
const wanted = (list, name) => !list || list.split(',').includes(name);

const CLIENTS = await Promise.all(['baresip', 'linphone', 'pjsua', 'sipp', 'sipsak',
  'jssip', 'kamailio-pbx', 'kamailio-trunk'].map(async (name) =>
  ({ name, Client: (await import(`./clients/${name}.mjs`)).default })));

const began = Date.now();
const left = () => WHOLE_RUN_S - (Date.now() - began) / 1000;

function limited(promise, seconds) {
  let timer;
  return Promise.race([promise, new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not done after ${seconds} s`)), seconds * 1000 * PATIENCE);
  })]).finally(() => clearTimeout(timer));
}

/** One try of a case; after a failure the client is started anew. */
async function attempt(session, name, start) {
  const { seconds, run, mode } = CASES[name] ?? session.Client.extra[name];
  try {
    if (mode && session.mode !== mode) { // it has to be told when it starts
      session.mode = mode;
      await session.client?.stop();
      session.client = undefined;
    }
    if (!session.client || session.stopped) {
      await start(); // which takes its own time, a browser's above all
      if (name !== 'register') await limited(session.client.registered(), 20);
    }
    await session.client.forget?.();
    const own = session.client.own?.[name];
    const note = await limited(own ? own.call(session.client, session) : run(session), seconds);
    return { state: 'yes', note };
  } catch (error) {
    if (process.env.VERBOSE) {
      process.stdout.write(`${session.title} ${name}: ${error.stack}\n`);
      process.stdout.write(`${session.client?.diagnosis?.() ?? ''}`.replace(/^/gm, '    | ') + '\n');
    }
    const known = name === 'register' && session.algorithm === 'SHA-256' && session.Client.sha256;
    const seen = known && await until('it to say why', () =>
      known.said.test(session.client?.diagnosis?.() ?? ''), 5).catch(() => false);
    await session.client?.stop().catch(() => {});
    session.client = undefined;
    if (seen) return { state: known.state ?? 'cannot', note: known.note };
    return { state: 'no', note: session.why?.(name) ?? error.message.split('\n')[0] };
  }
}

/** One client over one transport with one algorithm: all its cases, one after the other. */
async function play(session) {
  const { Client } = session;
  const results = {};
  const cases = (Client.cases ?? Object.keys(CASES)).filter((name) => wanted(options.case, name) ||
    name === 'register');
  session.results = results;
  const start = async () => {
    session.client = await limited(Client.start(session.account, session), 45);
    session.stopped = false;
  };
  for (const name of cases) {
    const { seconds } = CASES[name] ?? Client.extra[name];
    const cannot = Client.cannot[name] ?? Client.cannotOver?.[session.transport]?.[name];
    if (cannot) {
      results[name] = { state: 'cannot', note: cannot };
      continue;
    }
    if (results.register && results.register.state !== 'yes') {
      results[name] = { state: 'unasked' };
      continue;
    }
    if (left() < seconds) {
      results[name] = { state: 'no', note: 'the time of the whole run was over' };
      continue;
    }
    const from = Date.now();
    results[name] = await attempt(session, name, start);
    if (results[name].state === 'no' && left() > 2 * seconds && name !== 'register') {
      const again = await attempt(session, name, start); // the machine may have been busy
      if (again.state === 'yes') results[name] = { ...again, tries: 2 };
    }
    results[name].ms = Date.now() - from;
    session.far.sweep();
    const { state, note, ms, tries } = results[name];
    process.stdout.write(`${session.title} ${name}: ${state}${note ? ` (${note})` : ''} ${ms} ms` +
      `${tries ? ', at the second try' : ''}\n`);
  }
  if (session.client && !session.stopped) await session.client.stop().catch(() => {});
}

const plan = [];
for (const { name, Client } of CLIENTS) {
  if (!wanted(options.only, name)) continue;
  const version = await Client.version();
  for (const transport of Client.transports) {
    if (!wanted(options.transport, transport)) continue;
    for (const algorithm of Client.algorithms ?? ['MD5', 'SHA-256']) {
      if (!wanted(options.algorithm, algorithm)) continue;
      plan.push({ name, Client, version, transport, algorithm, secure: Client.secure,
        title: `${name} ${transport} ${algorithm}` });
    }
  }
}

const house = await House.open(plan);
let failure;
try {
  const queue = plan.filter((session) => {
    if (!session.version) session.absent = 'not on this machine';
    else if (!house.proxy(session.transport)) session.absent = 'the server does not listen on it';
    return !session.absent;
  });
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let session = queue.shift(); session; session = queue.shift()) {
      try {
        await house.furnish(session);
        await play(session);
      } catch (error) {
        failure ??= error;
        process.stderr.write(`${session.title}: ${error.stack}\n`);
      } finally {
        await session.Client.clear?.(session);
      }
    }
  }));
} finally {
  for (const { Client } of CLIENTS) await Client.finish?.();
  await house.close().catch((error) => { failure ??= error; });
}
if (!options.dry) write(plan, CASES, Math.round((Date.now() - began) / 1000));
process.stdout.write(`${Math.round((Date.now() - began) / 1000)} s\n`);
if (failure) {
  process.stderr.write(`${failure.message}\n`);
  process.exitCode = 1;
}
