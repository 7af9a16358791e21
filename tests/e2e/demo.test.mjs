// SPDX-License-Identifier: Apache-2.0
// demo.test.mjs - the demonstrations do what the README says.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { run } from './lib/process.mjs';

test('demo-call registers two phones, joins them and prints the CDR', async () => {
  const script = path.resolve(path.dirname(new URL(import.meta.url).pathname), 'demo_call.mjs');
  const result = await run('node', [script], { seconds: 60 });
  assert.equal(result.code, 0, result.stdout + result.stderr);
  const { cdrs } = JSON.parse(result.stdout.slice(result.stdout.indexOf('{')));
  assert.equal(cdrs[0].cause, 'caller_hung_up');
  assert.ok(cdrs[0].answered_at);
});
