// SPDX-License-Identifier: Apache-2.0
// strangers.test.mjs - before a digest was right, a number, line or auth name of ours and an invented
// one get the same answer, to every method and wherever the name stands, byte for byte but for what is
// random or the request's own. (That it takes as long: unit-auth, test_names_take_as_long.)
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { DEVICE_A, DOMAIN, LINE_A, Server } from './lib/server.mjs';
import { TcpPeer, UdpPeer, answer } from './lib/sip.mjs';

const METHODS = ['REGISTER', 'INVITE', 'OPTIONS', 'SUBSCRIBE', 'PUBLISH', 'MESSAGE', 'REFER', 'NOTIFY',
  'INFO', 'BYE', 'UPDATE', 'PRACK', 'CANCEL', 'FROBNICATE'];
const INVENTED = '+41449990001';
const NAMES = [LINE_A, LINE_A.replace('+41', '0'), LINE_A.slice(1), DEVICE_A.authName];

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

/** What is left when the name, and what differs from request to request, is taken out. */
function shape(reply, name) {
  return reply.text.replaceAll(name, 'NAME')
    .replace(/branch=[^;\r]+/g, 'branch').replace(/tag=[^;\r]+/g, 'tag')
    .replace(/nonce="[^"]+"/g, 'nonce').replace(/^Call-ID: .*$/m, 'Call-ID')
    .replace(/^Date: .*$/m, 'Date');
}

const places = {
  'Request-URI': (name) => ({ uri: `sip:${name}@${DOMAIN}` }),
  From: (name) => ({ from: `sip:${name}@${DOMAIN}` }),
  To: (name) => ({ to: `sip:${name}@${DOMAIN}` }),
  Contact: (name) => ({ headers: [`Contact: <sip:${name}@${DOMAIN}>`] }),
  'a GRUU': (name) => ({ uri: `sip:${name}@${DOMAIN};gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6` }),
};

for (const [transport, Peer] of [['udp', UdpPeer], ['tcp', TcpPeer]]) {
  for (const method of METHODS) {
    test(`${method} over ${transport} says nothing of a name`, async () => {
      const peer = await Peer.open(server[transport]);
      const ask = async (place, name) => {
        const { uri = `sip:${DOMAIN}`, ...rest } = place(name);
        const request = peer.request(method, uri,
          { from: `sip:x@${DOMAIN}`, to: `sip:y@${DOMAIN}`, ...rest });
        return shape(await peer.ask(request), name);
      };
      await Promise.all(Object.entries(places).map(async ([where, place]) => {
        const [invented, ...real] = await Promise.all([INVENTED, ...NAMES].map((name) => ask(place, name)));
        real.forEach((reply, i) => assert.equal(reply, invented, `${NAMES[i]} in ${where}`));
      }));
      peer.close();
    });
  }
}

for (const [method, header] of [['REGISTER', 'Authorization'], ['INVITE', 'Proxy-Authorization']]) {
  test(`${method} with a wrong digest says nothing of its auth name`, async () => {
    const peer = await UdpPeer.open(server.udp);
    const uri = `sip:${method === 'INVITE' ? '0800123456@' : ''}${DOMAIN}`;
    const ask = async (authName) => {
      const from = `sip:x@${DOMAIN}`;
      const first = await peer.ask(peer.request(method, uri, { from }));
      const challenge = first.header(method === 'INVITE' ? 'proxy-authenticate' : 'www-authenticate');
      const value = answer(challenge, { authName, password: 'guess', method, uri });
      return shape(await peer.ask(peer.request(method, uri, { from, headers: [`${header}: ${value}`] })), authName);
    };
    const invented = await ask('zzzz9999');
    for (const name of [...NAMES, `${DEVICE_A.authName}@${DOMAIN}`]) assert.equal(await ask(name), invented, name);
    peer.close();
  });
}
