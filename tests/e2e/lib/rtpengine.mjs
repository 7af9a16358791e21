// SPDX-License-Identifier: Apache-2.0
// rtpengine.mjs - a real rtpengine of the test's own.
import { Child } from './process.mjs';
import { portTaken } from './sipp.mjs';
import { freePort, until } from './wait.mjs';

const PORTS = 200;

export class Rtpengine {
  static async start(host) {
    const engine = new Rtpengine();
    const port = await freePort();
    engine.address = `${host}:${port}`;
    engine.first = 41000 + PORTS * (process.pid % 50);
    engine.child = new Child('rtpengine', ['--config-file=none', `--interface=${host}`,
      `--listen-ng=${engine.address}`, '--foreground', '--table=-1', '--log-stderr',
      '--num-threads=1', `--port-min=${engine.first}`,
      `--port-max=${engine.first + PORTS - 1}`]);
    await until('rtpengine to listen', () => {
      if (engine.child.exit) throw new Error('it ended');
      return portTaken(port, host);
    });
    return engine;
  }

  /** Lines for the server's configuration. */
  get config() {
    return `rtpengine: {addresses: ["udp:${this.address}"], on_failure: refuse}\n`;
  }

  has(port) { return port >= this.first && port < this.first + PORTS; }
  stop() { return this.child.stop(); }
}
