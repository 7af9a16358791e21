// SPDX-License-Identifier: Apache-2.0
// house.mjs - the server of the whole run: a line and a credential for each session, the far
// end behind its trunk, and the trunks that some clients are.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../../e2e/lib/process.mjs';
import { DOMAIN, Server } from '../../e2e/lib/server.mjs';
import { freePort, temporaryDirectory } from '../../e2e/lib/wait.mjs';
import { Agent } from './agent.mjs';
import { Rtpengine } from './rtpengine.mjs';

const PASSWORD = 'Kd8mWq3ZtBv6yHn5RgXs7PcE';
const ORIGIN = `https://${DOMAIN}`; // of the portal, by default
const SHA256 = 1; // enum digest_algorithm
const two = (n) => String(n).padStart(2, '0');

export class House {
  static async open(plan) {
    const house = new House();
    house.far = await Agent.open();
    const trunks = [{ name: 'pstn', uri: `sip:127.0.0.1:${house.far.port}`, prefixes: ['+'],
      national: true, emergency: true }];
    for (const [i, session] of plan.entries()) {
      session.index = i;
      session.line = `+4144556${two(i)}01`;
      session.prefix = `+4179555${two(i)}`;
      session.authName = `dev${two(i)}x9qd`;
      if (session.Client.trunk) trunks.push(await session.Client.trunk(session));
    }
    const rows = (head, row) => `${head}\n${plan.map(row).join('\n')}\n`;
    const ports = await Promise.all([freePort(), freePort()]);
    const spoken = [...new Set(plan.map((s) => s.transport))].filter((t) => /^(tls|wss)$/.test(t));
    if (plan.some((s) => s.secure)) house.rtpengine = await Rtpengine.start();
    // Trunks over TLS show certificates of their own making, which the server is told to believe.
    const shown = plan.filter((s) => s.certificate).map((s) => readFileSync(`${s.certificate}.crt`));
    house.temp = temporaryDirectory('house');
    const authorities = path.join(house.temp.dir, 'authorities.crt');
    writeFileSync(authorities, Buffer.concat(shown));
    const tls = shown.length ? `tls: {ca: ${authorities}}\n` : '';
    const rtpengine = house.rtpengine
      ? `rtpengine: {addresses: ["udp:127.0.0.1:${house.rtpengine.port}"]}\n` : '';
    house.server = await Server.start({
      serve: false,
      // Chosen before it runs: the trunks have to know them.
      listen: [`udp:127.0.0.1:${ports[0]}`, `tcp:127.0.0.1:${ports[1]}`,
        ...spoken.map((transport) => `${transport}:127.0.0.1:0`)],
      config: `registrar: {expires_min_s: 10}\ncalls: {session_expires_s: 90}\n${tls}${rtpengine}trunks: ${JSON.stringify(trunks)}\n`,
      customers: rows('customer,name,segment,product,number,login,password,mobile,language',
        (s) => `c${s.index},Customer ${s.index},RES,inOne home,${s.line},,,,en`),
      credentials: rows('number,auth_name,password,label',
        (s) => `${s.line},${s.authName},${PASSWORD},${s.title}`),
    });
    // As if the device had shown before that it takes SHA-256: from then on it must.
    const names = plan.filter((s) => s.algorithm === 'SHA-256' && !s.Client.trunk)
      .map((s) => `'${s.authName}'`);
    const pinned = await run('sqlite3', [path.join(house.server.stateDir, 'ownline.db'),
      `UPDATE credential SET pinned_algorithm = ${SHA256} WHERE auth_name IN (${names.join()})`]);
    if (pinned.code !== 0) throw new Error(pinned.stderr);
    await house.server.serve();
    house.certificate = path.join(house.server.stateDir, 'tls.crt');
    return house;
  }

  proxy(transport) {
    return this.server.listeners.edge.find((listener) => listener.startsWith(`${transport}:`))
      ?.slice(transport.length + 1);
  }

  async furnish(session) {
    let numbers = 0;
    const transport = session.Client.device ?? session.transport;
    session.far = this.far;
    session.server = this.server;
    session.origin = ORIGIN;
    session.hop = { host: '127.0.0.1', port: this.server.udpPort };
    session.number = () => `${session.prefix}${two(++numbers)}`;
    session.account = { user: session.line, domain: DOMAIN, authName: session.authName,
      password: PASSWORD, proxy: this.proxy(transport), transport, expires: 12,
      authority: this.certificate,
      bindings: () => this.server.bindings(session.line) };
    // What the server has to say of a client that did not get in.
    session.why = (name) => {
      const said = [...this.server.child.stderr.matchAll(
        new RegExp(`auth_name=${session.authName} result=(\\d+) reason=(\\w+)`, 'g'))].at(-1);
      if (name !== 'register' || !said || said[1] === '200') return undefined;
      return said[2] === 'sha256_required'
        ? 'its MD5 answer was right, and to the challenge with SHA-256 that came then it did not answer'
        : `the server refused it: ${said[1]} ${said[2]}`;
    };
    await session.Client.prepare?.(session, this);
  }

  async close() {
    this.far.close();
    await this.rtpengine?.stop();
    await this.server.stop();
    this.temp.remove();
  }
}
