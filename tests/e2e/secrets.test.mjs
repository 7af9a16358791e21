// SPDX-License-Identifier: Apache-2.0
// secrets.test.mjs - a known password and its HA1s are nowhere: not in the database, the
// logs, or anywhere under the state directory, in clear, in hex or in base64.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { Api } from './lib/api.mjs';
import { Baresip } from './lib/baresip.mjs';
import { DEVICE_A, DOMAIN, LINE_A, PORTAL_PASSWORD, Server } from './lib/server.mjs';

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

function* files(dir) {
  for (const name of readdirSync(dir)) {
    const file = path.join(dir, name);
    const stat = lstatSync(file);
    if (stat.isDirectory()) yield* files(file);
    else if (stat.isFile()) yield file;
  }
}

function forms(authName, password) {
  const list = [Buffer.from(password)];
  for (const name of [authName, `${authName}@${DOMAIN}`]) {
    for (const algorithm of ['md5', 'sha256', 'sha512-256']) {
      const ha1 = createHash(algorithm).update(`${name}:${DOMAIN}:${password}`).digest();
      list.push(ha1, Buffer.from(ha1.toString('hex')), Buffer.from(ha1.toString('base64')));
    }
  }
  return list;
}

test('no password and no HA1 under the state directory or in the output', async () => {
  const api = new Api(server);
  await api.signIn('anna', PORTAL_PASSWORD, '+41795550001');
  await api.consent(LINE_A);
  const made = await api.createCredential(LINE_A, 'Secret Phone', '+41795550001');
  const phone = await Baresip.start({ user: made.user_name, domain: made.domain,
    authName: made.auth_name, password: made.password, proxy: server.udp });
  await phone.event('REGISTER_OK');
  await phone.stop();
  const wrong = await Baresip.start({ user: made.user_name, domain: made.domain,
    authName: made.auth_name, password: 'TypedWrongPassword', proxy: server.udp });
  await wrong.event('REGISTER_FAIL');
  await wrong.stop();

  const needles = [...forms(made.auth_name, made.password),
    ...forms(DEVICE_A.authName, DEVICE_A.password),
    Buffer.from(PORTAL_PASSWORD), Buffer.from('TypedWrongPassword')];
  let looked = 0;
  let known = 0;
  const look = (name, bytes) => {
    looked++;
    if (bytes.includes(made.auth_name)) known++;
    for (const needle of needles) {
      assert.ok(!bytes.includes(needle), `${name} holds a secret (${needle.length} bytes)`);
    }
  };
  for (const file of files(server.stateDir)) look(file, readFileSync(file));
  look('standard output', Buffer.from(server.child.stdout));
  look('standard error', Buffer.from(server.child.stderr));
  assert.ok(looked >= 5, `looked at ${looked} files`);
  assert.ok(known >= 1, 'the search finds the auth name, so it can find things');
});

test('no login code is in the log', () => {
  const codes = [...server.child.stdout.matchAll(/^sms .*?\b(\d{6})\b/gm)].map((m) => m[1]);
  assert.ok(codes.length >= 2);
  for (const code of codes) assert.ok(!server.child.stderr.includes(code));
});

test('the web process holds neither key nor database, and its user can open neither', async (t) => {
  const pids = readdirSync('/proc').filter((n) => /^\d+$/.test(n)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1] ===
        String(server.child.process.pid);
    } catch { return false; }
  });
  assert.equal(pids.length, 2, 'a core and a web process under the parent');
  const status = (pid) => readFileSync(`/proc/${pid}/status`, 'utf8');
  for (const pid of pids) assert.match(status(pid), /^NoNewPrivs:\t1$/m);
  const key = path.join(server.stateDir, 'vault.key');
  const db = path.join(server.stateDir, 'ownline.db');
  assert.equal(lstatSync(key).mode & 0o077, 0);
  assert.equal(lstatSync(db).mode & 0o077, 0);
  if (process.getuid() === 0) {
    // Any user that is not the core's: the web process's, or nobody.
    const uids = pids.map((pid) => Number(status(pid).match(/^Uid:\t(\d+)/m)[1]));
    const web = uids.find((uid) => uid !== 0 && uid !== lstatSync(key).uid) ?? 65534;
    for (const file of [key, db]) {
      const cat = spawnSync('setpriv', [`--reuid=${web}`, '--clear-groups', 'cat', file]);
      assert.notEqual(cat.status, 0, `uid ${web} can read ${file}`);
      assert.match(String(cat.stderr), /Permission denied/);
    }
  }
});
