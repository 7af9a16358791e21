// SPDX-License-Identifier: Apache-2.0
// harness.test.mjs - what the other tests stand on: a child ends when it is told to, whatever it
// has started; a port is given to one; a wait in vain says what everybody saw.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Child, run } from './lib/process.mjs';
import { freePort, until } from './lib/wait.mjs';

// As Kamailio, when its processes block each other at their end: these keep the output open.
const DEAF = "trap '' TERM; sleep 600 & echo ready; wait; wait";

const gone = (pid) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch { return true; }
};

test('a child that does not listen is killed, with what it has started', async () => {
  const child = new Child('sh', ['-c', DEAF]);
  await child.output(/ready/);
  const exit = await child.stop('SIGTERM', 0.2);
  assert.equal(exit.signal, 'SIGKILL');
  assert.ok(exit.forced);
  await until('its group to be gone', () => gone(-child.process.pid));
});

test('a child is not over while what it has started speaks; it ends with it', async () => {
  const child = new Child('sh', ['-c', 'sleep 600 &']);
  await until('the shell to end', () => child.process.exitCode !== null);
  assert.equal(child.exit, undefined);
  const exit = await child.stop('SIGTERM', 0.2);
  assert.equal(exit.code, 0);
  assert.ok(exit.forced);
  await until('its group to be gone', () => gone(-child.process.pid));
});

test('what runs too long is ended', async () => {
  const result = await run('sleep', ['600'], { seconds: 0.2 });
  assert.equal(result.signal, 'SIGTERM');
});

test('the children of a test that is ended do not outlive it', async () => {
  const parent = new Child(process.execPath, ['--input-type=module', '-e',
    `import { Child } from '${new URL('./lib/process.mjs', import.meta.url)}';
     console.log('of', new Child('sleep', ['600']).process.pid);`]);
  const [, pid] = await parent.output(/of (\d+)/);
  await parent.stop();
  await until('it to be gone', () => gone(Number(pid)));
});

test('a port is given to one, in this process and in others', async () => {
  const other = `import { freePort } from '${new URL('./lib/wait.mjs', import.meta.url)}';
    for (let i = 0; i < 200; i++) console.log(await freePort());
    process.stdin.resume();`; // which keeps them
  const children = [1, 2].map(() => new Child(process.execPath,
    ['--input-type=module', '-e', other], { stdio: ['pipe', 'pipe', 'pipe'] }));
  const ports = [];
  for (let i = 0; i < 200; i++) ports.push(await freePort());
  for (const child of children) {
    await child.output(/(?:\d+\n){200}/);
    ports.push(...child.stdout.trim().split('\n').map(Number));
  }
  for (const child of children) await child.stop();
  assert.equal(new Set(ports).size, 600);
});

test('a wait in vain says what the children said', async () => {
  const child = new Child('sh', ['-c', 'echo no such port >&2; exit 3']);
  await child.finish(10);
  await assert.rejects(until('a call', () => false, 0.1),
    /waited 0\.1 s for: a call\nsh \(\d+\) ended: \{"code":3,"signal":null\}\n +no such port/);
  await child.stop();
});
