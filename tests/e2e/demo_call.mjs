// SPDX-License-Identifier: Apache-2.0
// demo_call.mjs - "make demo-call": two baresip register with the server, one calls the
// other, and the CDR is printed. Usage: node demo_call.mjs BINARY
import path from 'node:path';

process.env.OWNLINE ??= path.resolve(process.argv[2] ?? 'build/ownline');
const { Baresip } = await import('./lib/baresip.mjs');
const { DEVICE_A, DEVICE_B, DOMAIN, LINE_A, LINE_B, Server } = await import('./lib/server.mjs');
const { sleep } = await import('./lib/wait.mjs');

const say = (text) => process.stdout.write(`${text}\n`);
const server = await Server.start();
say(`ownline runs on udp:${server.udp} and tcp:${server.tcp}`);
const phones = [];
for (const [line, device, proxy, transport] of [[LINE_A, DEVICE_A, server.udp, 'udp'],
  [LINE_B, DEVICE_B, server.tcp, 'tcp']]) {
  const phone = await Baresip.start({ user: line, domain: DOMAIN, ...device, proxy, transport });
  await phone.event('REGISTER_OK');
  say(`${line} has registered by ${transport} as ${device.authName}`);
  phones.push(phone);
}
const [a, b] = phones;
a.dial(`sip:${LINE_B}@${DOMAIN}`);
await b.event('CALL_INCOMING');
say(`${LINE_B} rings`);
b.accept();
await a.event('CALL_ESTABLISHED');
await a.event('CALL_RTPESTAB');
await b.event('CALL_RTPESTAB');
say('they hear each other');
await sleep(1500);
a.hangup();
await b.event('CALL_CLOSED');
const cdrs = await server.cdrs(LINE_A);
say(JSON.stringify({ cdrs }, null, 2));
for (const phone of phones) await phone.stop();
await server.stop();
