// SPDX-License-Identifier: Apache-2.0
// bad_input.test.mjs - bad files, bad configuration, taken ports, a database that cannot be
// opened: a clear error each, and nothing half done.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import dgram from 'node:dgram';
import path from 'node:path';
import { Api } from './lib/api.mjs';
import { LINE_A, Server } from './lib/server.mjs';

test('a CSV with bad rows changes nothing and names line and reason of each', async () => {
  const server = await Server.start({ serve: false });
  const before = await server.json('customer', 'list');
  const file = path.join(server.dir, 'bad.csv');
  writeFileSync(file, `customer,name,segment,product,number,login,password,mobile,language
n1,Good Row,RES,inOne home,+41445550201,,,,de
n2,Bad Segment,XXL,inOne home,+41445550202,,,,de
n3,Bad Number,RES,inOne home,12ab,,,,de
n4,Bad Product,RES,No Such Thing,+41445550204,,,,de
n5,Taken,RES,inOne home,${LINE_A},,,,de
n6,"Open quote,RES,inOne home,+41445550206,,,,de
`);
  const result = await server.cli('import', 'customers', file);
  assert.notEqual(result.code, 0);
  const text = result.stdout + result.stderr;
  for (const [line, reason] of [[3, /XXL|segment/i], [4, /number|12ab/i], [5, /product/i],
    [6, /another customer|taken|already/i], [7, /quote/i]]) {
    const row = text.split('\n').find((l) => new RegExp(`(line |:)${line}\\b`).test(l));
    assert.ok(row, `line ${line} is not named in:\n${text}`);
    assert.match(row, reason);
  }
  assert.deepEqual(await server.json('customer', 'list'), before, 'nothing was imported');
  await server.stop();
});

test('a dry run shows what would change and changes nothing', async () => {
  const server = await Server.start({ serve: false });
  const before = await server.json('customer', 'list');
  const file = path.join(server.dir, 'new.csv');
  writeFileSync(file, `customer,name,segment,product,number,login,password,mobile,language
n1,New One,RES,inOne home,+41445550201,,,,de
`);
  const dry = await server.mustCli('import', 'customers', file, '--dry-run');
  assert.match(dry.stdout, /n1|\+41445550201/);
  assert.deepEqual(await server.json('customer', 'list'), before);
  await server.mustCli('import', 'customers', file);
  assert.notDeepEqual(await server.json('customer', 'list'), before);
  await server.stop();
});

const BAD_CONFIGS = [
  ['an unknown key', 'domian: x.example\n', [/line 1\b/, /domian/, /domain/]],
  ['a missing domain', 'country: CH\n', [/domain/]],
  ['a bad listener', 'domain: x.example\nedge:\n  listen: ["udp:nowhere:port"]\n',
    [/line 3\b/, /edge\.listen/, /udp:nowhere:port/]],
  ['a word for a number', 'domain: x.example\nedge:\n  workers: many\n',
    [/line 3\b/, /edge\.workers/, /number|integer/i]],
  ['an unknown choice', 'domain: x.example\nmedia: teleport\n',
    [/line 2\b/, /media/, /relay/]],
  ['no YAML at all', 'domain: [x\n', [/line \d/]],
];
for (const [name, text, wanted] of BAD_CONFIGS) {
  test(`config check: ${name} is named with line, key and what was expected`, async () => {
    const server = await Server.start({ serve: false });
    writeFileSync(server.configPath, text);
    const result = await server.cli('config', 'check');
    assert.notEqual(result.code, 0);
    for (const pattern of wanted) assert.match(result.stdout + result.stderr, pattern);
    server.writeConfig();
    await server.stop();
  });
}

test('config check warns loudly when no trunk carries emergency calls', async () => {
  const server = await Server.start({ serve: false });
  const result = await server.cli('config', 'check');
  assert.equal(result.code, 0, result.stderr);
  assert.match(result.stdout + result.stderr, /emergency/i);
  await server.stop();
});

test('a port in use is one plain sentence and exit 1', async () => {
  const socket = dgram.createSocket('udp4');
  await new Promise((done) => socket.bind(0, '127.0.0.1', done));
  const { port } = socket.address();
  const server = await Server.start({ serve: false, listen: [`udp:127.0.0.1:${port}`] });
  const result = await server.cli('serve');
  socket.close();
  assert.equal(result.code, 1);
  assert.match(result.stderr, new RegExp(`127\\.0\\.0\\.1:${port}`));
  assert.match(result.stderr, /in use/i);
  assert.doesNotMatch(result.stdout, /ready/);
  await server.stop();
});

test('a database that cannot be opened is one plain sentence and exit 1', async () => {
  const server = await Server.start({ serve: false });
  const db = path.join(server.stateDir, 'ownline.db');
  const bytes = readFileSync(db);
  rmSync(db);
  mkdirSync(db);
  const result = await server.cli('serve');
  assert.equal(result.code, 1);
  assert.match(result.stderr, /ownline\.db/);
  rmSync(db, { recursive: true });
  writeFileSync(db, 'this is no database, but long enough to be looked at as if it were one');
  const other = await server.cli('serve');
  assert.equal(other.code, 1);
  assert.match(other.stderr, /ownline\.db|not a database/);
  writeFileSync(db, bytes);
  chmodSync(db, 0o600);
  await server.stop();
});

test('a vault key that others can read is refused', async () => {
  const server = await Server.start({ serve: false });
  chmodSync(path.join(server.stateDir, 'vault.key'), 0o644);
  const result = await server.cli('serve');
  assert.equal(result.code, 1);
  assert.match(result.stderr, /vault\.key/);
  await server.stop();
});

test('init does not overwrite what is there', async () => {
  const server = await Server.start({ serve: false });
  const key = readFileSync(path.join(server.stateDir, 'vault.key'));
  await server.cli('init');
  assert.deepEqual(readFileSync(path.join(server.stateDir, 'vault.key')), key);
  await server.stop();
});

test('an unknown command and an unknown option are named, with help', async () => {
  const server = await Server.start({ serve: false });
  const result = await server.cli('lines', 'lsit');
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /lines/);
  await server.stop();
});

test('pages: found beside the build by default, missed loudly where they were named', async () => {
  const built = await Server.start({ pages: null });
  const answer = await new Api(built).get('/');
  assert.equal(answer.status, 200);
  assert.match(answer.text, /<!doctype html>/i);
  await built.stop();
  const named = await Server.start({ pages: '/nowhere/pages', serve: false });
  const result = await named.cli('serve');
  assert.equal(result.code, 1);
  assert.match(result.stderr, /\/nowhere\/pages/);
  await named.stop();
});
