// SPDX-License-Identifier: Apache-2.0
// sipvicious.test.mjs - svmap, svwar and svcrack against a running server: they learn nothing. The
// tool that scans every exposed port 5060 finds no product, no number, no auth name, no password.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './lib/process.mjs';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { UdpPeer } from './lib/sip.mjs';

let server;
let env;
before(async () => {
  server = await Server.start();
  // It keeps what it finds in the home directory.
  const home = path.join(server.dir, 'scanner');
  mkdirSync(home);
  env = { ...process.env, HOME: home, PYTHONWARNINGS: 'ignore' };
});
after(() => server?.stop());

async function attack(tool, ...args) {
  const { stdout, stderr } = await run(tool, [...args, '-p', String(server.udpPort), '127.0.0.1'], { env });
  if (process.env.SHOW) console.log(tool, stdout, stderr);
  return `${stdout}\n${stderr}`;
}

const list = (name, words) => {
  const file = path.join(server.dir, name);
  writeFileSync(file, `${words.join('\n')}\n`);
  return file;
};

test('svmap finds somebody who speaks SIP, and not who', async () => {
  const said = await attack('svmap');
  assert.doesNotMatch(said, /ownline/i);
  assert.doesNotMatch(said, new RegExp(`${LINE_A.slice(1)}|${DEVICE_A.authName}`));
});

for (const method of ['REGISTER', 'INVITE', 'OPTIONS']) {
  test(`svwar by ${method} cannot tell a number of ours from an invented one`, async () => {
    const real = [LINE_A, LINE_B, DEVICE_A.authName, LINE_A.slice(1)];
    const invented = ['+41449990001', 'zzzz9999', '100', 'admin'];
    const words = list(`extensions-${method}`, [...real, ...invented]);
    const said = await attack('svwar', '-m', method, '--force', '-d', words);
    const found = (word) => said.split('\n').some((line) => line.includes(`| ${word} `));
    const seen = [...real, ...invented].map(found);
    assert.ok(seen.every((one) => one === seen[0]), said);
  });
}

test('svcrack finds a password that it knows, but has to wait before it has guessed it', async () => {
  const crack = (device, number, passwords) => attack('svcrack', '-u', device.authName, '-e', number,
    '-d', list('passwords', passwords), `--domain=${DOMAIN}`, '--maximumtime=5');
  const guesses = Array.from({ length: 40 }, (_, i) => `guess${i}`);
  // Not the same device: whoever is registered from an address does not wait there.
  const known = await crack(DEVICE_B, LINE_B, [...guesses.slice(0, 3), DEVICE_B.password]);
  assert.ok(known.includes(DEVICE_B.password), known);
  const said = await crack(DEVICE_A, LINE_A, [...guesses, DEVICE_A.password]);
  assert.doesNotMatch(said, /\| *guess/);
  assert.ok(!said.includes(DEVICE_A.password), said);
  // Whoever guesses from there waits; the answer does not say whether the name exists.
  const peer = await UdpPeer.open(server.udp);
  for (const authName of [DEVICE_A.authName, 'zzzz9999']) {
    let last;
    for (let i = 0; i < 12 && last !== 403; i++) {
      last = (await peer.register(server, { number: LINE_A, authName, password: `guess${i}`, domain: DOMAIN })).status;
    }
    assert.equal(last, 403, authName);
  }
  peer.close();
});
