// SPDX-License-Identifier: Apache-2.0
// kamailio-trunk.mjs - Kamailio as the trunk: between the server and the far end. It is known by
// its address, its network or its certificate, asks for a digest or does not, and with one wants
// to be registered with. The device is a baresip over UDP.
import assert from 'node:assert/strict';
import path from 'node:path';
import { freePort, temporaryDirectory, until } from '../../e2e/lib/wait.mjs';
import { national } from '../cases.mjs';
import { Kamailio, certificate, version } from '../lib/kamailio.mjs';
import Baresip from './baresip.mjs';

const REALM = 'trunk.example.net';
const SECRET = 'tR5nKw8sUm2x';
const NO_DIGEST = 'no digest';

export default class KamailioTrunk extends Baresip {
  static title = 'Kamailio as trunk';
  static transports = ['udp', 'tcp', 'tls'];
  static device = 'udp';
  static algorithms = [NO_DIGEST, 'MD5', 'SHA-256'];
  static cases = ['enrolled', 'out', 'in', 'hold', 'held', 'dtmf', 'transfer', 'cancel',
    'cancelled', 'away'];
  static extra = {
    enrolled: { title: 'our registration', seconds: 40 },
    away: { title: 'gone and back', seconds: 60 },
  };
  static cannot = {};
  static version = version;

  /** What stands in the server's configuration; before anything runs. */
  static async trunk(session) {
    const { transport, algorithm } = session;
    session.trunkPort = await freePort();
    session.tlsPort = await freePort();
    // An address of its own, as a trunk has: connections come from any port of it.
    session.trunkAddress = `127.0.1.${10 + session.index}`;
    if (transport === 'tls') {
      session.temp = temporaryDirectory('trunk');
      session.certificate = path.join(session.temp.dir, 'trunk');
      await certificate(session.certificate, session.trunkAddress);
    }
    const port = transport === 'tls' ? session.tlsPort : session.trunkPort;
    return { name: `kamailio${session.index}`,
      uri: `sip:${session.trunkAddress}:${port};transport=${transport}`,
      prefixes: [session.prefix], health_s: 1,
      ...(transport === 'tcp' ? { sources: [`${session.trunkAddress}/32`] } : {}),
      ...(transport === 'tls' ? { certificate: session.trunkAddress } : {}),
      ...(algorithm === NO_DIGEST ? {}
        : { user: 'ownline', password: SECRET, realm: REALM, register: true, expires_s: 60 }) };
  }

  static async prepare(session, house) {
    const { algorithm, transport } = session;
    session.begin = async () => {
      session.kamailio = await Kamailio.start('trunk', { ADDRESS: session.trunkAddress,
        PORT: session.trunkPort, TLSPORT: session.tlsPort, FARPORT: house.far.port,
        HOUSE: house.proxy(transport), TRANSPORT: transport,
        CHALLENGE_CHALLENGE: algorithm === NO_DIGEST ? 'CHALLENGE_no' : 'CHALLENGE_yes',
        ALGORITHM: algorithm === NO_DIGEST ? 'MD5' : algorithm, REALM, SECRET,
        CERTIFICATE: session.certificate, AUTHORITY: house.certificate });
    };
    await session.begin();
    session.hop = { host: session.trunkAddress, port: session.trunkPort };
    session.trunk = async () => (await session.server.json('trunk', 'list')).trunks
      .find(({ trunk }) => trunk === `kamailio${session.index}`);
    session.came = (call) => call.invite.all('record-route')
      .some((route) => route.includes(session.trunkAddress));
    session.passed = (call) => assert.ok(session.came(call), 'the call went past the trunk');
  }

  static async start(account, session) {
    const client = await super.start(account);
    client.session = session;
    return client;
  }

  /** The device with the server, and the server with the trunk. */
  async registered() {
    await super.registered();
    await this.#reachable();
  }

  /** It answers OPTIONS and, where it wants that, we are registered. */
  #reachable() {
    return until('the trunk to be there', async () => {
      const row = await this.session.trunk();
      return row.state === 'up' &&
        (this.session.algorithm === NO_DIGEST || row.registered === 'yes') && row;
    }, 20);
  }

  /** A call out; whether it came through the trunk. */
  async #passes(s) {
    const number = s.number();
    await this.call(national(number));
    const call = await s.far.ring(number);
    await call.answer();
    await this.established();
    await this.hangup();
    await call.over();
    await this.over();
    return s.came(call);
  }

  own = {
    async enrolled(s) {
      const { register_status: status } = await this.#reachable();
      if (s.algorithm === NO_DIGEST) return 'OPTIONS alone';
      assert.equal(status, 200);
      await until('a second one, before the first ran out', () =>
        s.kamailio.child.stderr.match(/registered ownline/g)?.length > 1, 20);
      assert.equal((await s.trunk()).registered, 'yes');
      return undefined;
    },

    async away(s) {
      await s.kamailio.stop();
      await until('the trunk to be seen as silent', async () =>
        (await s.trunk()).state === 'silent', 20);
      assert.equal(await this.#passes(s), false, 'through what?');
      await s.begin();
      await this.#reachable();
      if (s.algorithm !== NO_DIGEST) {
        await until('it to have been registered with', () =>
          /registered ownline/.test(s.kamailio.child.stderr), 20);
      }
      assert.equal(await this.#passes(s), true, 'the call went past it');
    },
  };

  static async clear(session) {
    await session.kamailio?.stop();
    session.temp?.remove();
  }
}
