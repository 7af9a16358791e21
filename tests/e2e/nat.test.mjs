// SPDX-License-Identifier: Apache-2.0
// nat.test.mjs - two phones behind two different NATs, one of them symmetric, hear each other, a
// trunk, and go on hearing when one of them has another address in mid-call. In network
// namespaces with nftables where they are allowed, and with NATs in user space everywhere.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } from './lib/server.mjs';
import { Phone } from './lib/phone.mjs';
import { networks } from './nat/network.mjs';

// Both at once: most of the time goes into starting servers.
describe('NAT', { concurrency: true }, () => {
  for (const network of networks()) {
    describe(network.kind, { concurrency: 1 }, () => {
      let server;
      let a;
      let b;
      let trunk;

      before(async () => {
        network.open();
        trunk = new Phone(network.trunkPeer(), { user: 'trunk', domain: DOMAIN, word: 'trunk' });
        const { port } = await trunk.event('ready');
        server = await Server.start({
          listen: [`udp:${network.server}:0`], prefix: network.prefixOf('server'), workers: 1,
          config: `trunks: [{name: pstn, uri: "sip:${network.trunk}:${port}", prefixes: ["+"], ` +
            'national: true, emergency: true}]\n',
        });
        const at = [network.server, Number(server.listeners.edge[0].split(':').pop())];
        const home = { server: at, domain: DOMAIN };
        a = new Phone(network.phone(1), { ...home, user: LINE_A, word: 'anna', ...DEVICE_A });
        b = new Phone(network.phone(2), { ...home, user: LINE_B, word: 'beat', ...DEVICE_B });
        for (const phone of [a, b]) {
          phone.do('register');
          assert.equal((await phone.event('registered')).status, 200);
        }
      });
      after(async () => {
        for (const phone of [a, b, trunk]) await phone?.stop();
        await server?.stop();
        network.close();
      });

      test('each hears the other, and both the server alone', async () => {
        a.do('call', LINE_B);
        await a.event('established');
        await Promise.all([a.hears('beat'), b.hears('anna')]);
        for (const phone of [a, b]) {
          assert.equal((await phone.event('told')).host, network.server);
        }
      });

      for (const [who, n] of [['a', 1], ['b', 2]]) {
        test(`phone ${who} has another address in mid-call`, async () => {
          const [phone, other] = who === 'a' ? [a, b] : [b, a];
          phone.forget();
          phone.do('move', network.move(n));
          await phone.event('established');
          other.forget();
          await Promise.all([a.hears('beat'), b.hears('anna')]);
        });
      }

      test('it ends', async () => {
        a.do('bye');
        await a.event('over');
        await b.event('over');
      });

      test('phone and trunk', async () => {
        for (const phone of [a, b, trunk]) phone.forget();
        b.do('call', '0795550199');
        await b.event('established');
        await Promise.all([b.hears('trunk'), trunk.hears('beat')]);
        b.do('bye');
        await trunk.event('over');
      });
    });
  }
});
