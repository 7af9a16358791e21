// SPDX-License-Identifier: Apache-2.0
// transfer.test.mjs - A speaks with B and transfers B to somebody behind the trunk, blind and
// attended: then these two hear each other and A is gone. The two calls of an attended transfer
// are with two workers of the edge. Through the relay and through rtpengine.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { Phone } from './lib/phone.mjs';
import { Rtpengine } from './lib/rtpengine.mjs';
import { until } from './lib/wait.mjs';

const HERE = '127.0.0.1';
const FAR = '+41795550199';
const CALLS = 20; // until one is with another worker: one of two

/** The worker in a tag of ours. */
const worker = (event) => event.theirTag.slice(2, 4);

// Both at once: most of the time goes into starting servers.
describe('transfer', { concurrency: true }, () => {
  for (const media of ['relay', 'rtpengine']) {
    describe(media, { concurrency: 1 }, () => {
      let engine;
      let server;
      let a; // speaks with B
      let asking; // the same device in its second call
      let b;
      let trunk;
      let calls = 0; // of A's line

      before(async () => {
        if (media === 'rtpengine') engine = await Rtpengine.start(HERE);
        trunk = new Phone({ inside: HERE, prefix: [] },
          { user: 'trunk', domain: DOMAIN, word: 'trunk' });
        const { port } = await trunk.event('ready');
        server = await Server.start({ media, trunk: port, workers: 2, listen: [`udp:${HERE}:0`],
          config: engine?.config });
        const place = { inside: HERE, prefix: [], server: [HERE, server.udpPort], domain: DOMAIN };
        a = new Phone(place, { user: LINE_A, word: 'anna', ...DEVICE_A });
        asking = new Phone(place, { user: LINE_A, word: 'asking', ...DEVICE_A });
        b = new Phone(place, { user: LINE_B, word: 'beat', ...DEVICE_B });
        b.do('register');
        assert.equal((await b.event('registered')).status, 200);
      });
      after(async () => {
        for (const phone of [a, asking, b, trunk]) await phone?.stop();
        await server?.stop();
        await engine?.stop();
      });

      async function speakWithB() {
        for (const phone of [a, asking, b, trunk]) phone.forget();
        calls += 1;
        a.do('call', LINE_B);
        const established = await a.event('established');
        await Promise.all([a.hears('beat'), b.hears('anna')]);
        return established;
      }

      async function joined() {
        await a.event('notified', (e) => e.status === 200);
        await a.event('over');
        b.forget();
        trunk.forget();
        await Promise.all([b.hears('trunk'), trunk.hears('beat')]);
      }

      /** A pays for both legs until they end. */
      async function end() {
        b.do('bye');
        await trunk.event('over');
        await until('no call', async () =>
          (await server.json('call', 'list')).calls.length === 0);
        const cdrs = await server.cdrs(LINE_A, calls);
        const [near, far] = [LINE_B, FAR].map((to) => cdrs.find((c) => c.to === to));
        const apart = Math.abs(new Date(near.ended_at) - new Date(far.ended_at));
        assert.ok(apart < 1000, `${near.ended_at} and ${far.ended_at}`);
        assert.equal(near.cause, far.cause);
        assert.ok(Number(far.charge) > 0);
      }

      test('blind', async () => {
        await speakWithB();
        a.do('refer', `sip:${FAR}@${DOMAIN}`);
        assert.equal((await a.event('referred')).status, 202);
        calls += 1;
        await joined();
        await end();
      });

      test('attended, between two workers', async () => {
        const first = await speakWithB();
        let second;
        for (let i = 0; i < CALLS && (!second || worker(second) === worker(first)); i++) {
          if (second) {
            asking.do('bye');
            await asking.event('over');
          }
          asking.forget();
          calls += 1;
          asking.do('call', FAR);
          second = await asking.event('established');
        }
        assert.notEqual(worker(second), worker(first));
        trunk.forget();
        await Promise.all([asking.hears('trunk'), trunk.hears('asking')]);
        const replaces = encodeURIComponent(
          `${second.callId};to-tag=${second.theirTag};from-tag=${second.ownTag}`);
        a.do('refer', `sip:${FAR}@${DOMAIN}?Replaces=${replaces}`);
        assert.equal((await a.event('referred')).status, 202);
        await joined();
        await asking.event('over');
        await end();
      });
    });
  }
});
