// SPDX-License-Identifier: Apache-2.0
// torture.test.mjs - the messages of RFC 4475 and RFC 5118 against the running server, over
// UDP and TCP: the verdicts of tests/torture/verdicts.txt, and the server lives on.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DOMAIN, Server } from './lib/server.mjs';
import { TcpPeer, UdpPeer } from './lib/sip.mjs';
import { sleep } from './lib/wait.mjs';

const DIR = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../torture');
const VERDICTS = readFileSync(path.join(DIR, 'verdicts.txt'), 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => {
    const [file, verdict, status] = line.trim().split(/\s+/);
    return { file, verdict, status: Number(status) || 0 };
  });

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

function message(file) {
  const text = readFileSync(path.join(DIR, file), 'latin1');
  return file.startsWith('rfc5118') ? text.replace(/\r?\n/g, '\r\n') : text;
}

/** Replies to our torture bytes go to wherever its Via says, so only the reply to an
 *  OPTIONS behind it tells that the server is well; a reply to the message itself that
 *  does reach us must carry the status of the table. */
async function alive(peer) {
  const reply = await peer.ask(peer.request('OPTIONS', `sip:${DOMAIN}`, { from: 'sip:t@example.com' }));
  assert.equal(reply.status, 200);
}

test('the table names every file', () => assert.ok(VERDICTS.length >= 60, `${VERDICTS.length}`));

for (const { file, verdict, status } of VERDICTS) {
  for (const [name, open] of [['UDP', () => UdpPeer.open(server.udp)],
    ['TCP', () => TcpPeer.open(server.tcp)]]) {
    test(`${file} over ${name}: ${verdict}${status ? ` ${status}` : ''}`, async () => {
      const peer = await open();
      // Over UDP the reply goes to the Via's port unless it asks for rport.
      peer.send(message(file));
      if (name === 'UDP') {
        await alive(peer);
      } else if (status) {
        // On a connection the reply comes back on it (RFC 3261 18.2.2).
        const reply = await peer.expect((m) => m.status >= 200, 5);
        assert.equal(reply.status, status);
      } else {
        await sleep(50);
      }
      peer.close();
      const other = await TcpPeer.open(server.tcp);
      await alive(other);
      other.close();
    });
  }
}
