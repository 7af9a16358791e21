// SPDX-License-Identifier: Apache-2.0
// harness.test.mjs - what the other tests stand on: a port is given to one.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { Child } from './lib/process.mjs';
import { freePort } from './lib/wait.mjs';

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
