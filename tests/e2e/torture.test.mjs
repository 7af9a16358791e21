// SPDX-License-Identifier: Apache-2.0
// torture.test.mjs - the messages of RFC 4475 and RFC 5118 against the running server, over
// UDP and TCP: the verdicts of tests/torture/verdicts.txt, and the server lives on.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DOMAIN, Server } from './lib/server.mjs';
import { TcpPeer, UdpPeer } from './lib/sip.mjs';

const DIR = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../torture');
const VERDICTS = readFileSync(path.join(DIR, 'verdicts.txt'), 'utf8').split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => {
    const [file, verdict, status, stream] = line.trim().split(/\s+/);
    return { file, verdict, status: Number(status) || 0, stream };
  });

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

/** The files of RFC 5118 need the repairs that verdicts.txt names. */
function message(file) {
  let text = readFileSync(path.join(DIR, file), 'latin1');
  if (!file.startsWith('rfc5118')) return text;
  text = text.replace(/\r?\n/g, '\r\n');
  if (!text.includes('\r\n\r\n')) text += '\r\n';
  const body = text.slice(text.indexOf('\r\n\r\n') + 4);
  return text.replace(/^(Content-Length|l)(\s*:\s*)\d+/im, `$1$2${body.length}`);
}

/** The server answers an OPTIONS: it is well. */
async function alive(peer) {
  const reply = await peer.ask(peer.request('OPTIONS', `sip:${DOMAIN}`,
    { from: 'sip:t@example.com' }));
  assert.equal(reply.status, 200);
}

test('the table names every file', () => {
  assert.equal(VERDICTS.length, 62);
});

// What a well-formed message then gets is the application's: tests/scenario/plays/torture-*.
for (const { file, verdict, status, stream } of VERDICTS) {
  // Over UDP the answer goes to the port of the message's own Via (RFC 3261 18.2.2), which is
  // not ours to listen on; what can be seen is that the server lives on.
  test(`${file} over UDP leaves the server well`, async () => {
    const peer = await UdpPeer.open(server.udp);
    peer.send(message(file));
    await alive(peer);
    peer.close();
  });

  test(`${file} over TCP: ${verdict} ${status || ''} ${stream}`, async () => {
    const peer = await TcpPeer.open(server.tcp);
    peer.send(message(file));
    if (status && stream !== 'waits') {
      const reply = await peer.expect((m) => m.status >= 200, 5);
      assert.equal(reply.status, status);
    }
    peer.close();
    const other = await TcpPeer.open(server.tcp);
    await alive(other);
    other.close();
  });
}
