// SPDX-License-Identifier: Apache-2.0
// rtpengine.mjs - Debian's rtpengine in user space, for the sound of browsers (DTLS, SRTP, ICE).
import { Child } from '../../e2e/lib/process.mjs';
import { portTaken } from '../../e2e/lib/sipp.mjs';
import { freePort, until } from '../../e2e/lib/wait.mjs';

export class Rtpengine {
  static async start() {
    const engine = new Rtpengine();
    engine.port = await freePort();
    engine.child = new Child('rtpengine', ['--table=-1', '--foreground', '--log-stderr',
      '--log-level=4', '--interface=127.0.0.1', `--listen-ng=127.0.0.1:${engine.port}`,
      '--port-min=41000', '--port-max=42999']);
    await until('rtpengine to listen', () => {
      if (engine.child.exit) throw new Error(engine.child.stderr.slice(-300));
      return portTaken(engine.port);
    }, 10);
    return engine;
  }

  stop() {
    return this.child.stop('SIGTERM', 3);
  }
}
