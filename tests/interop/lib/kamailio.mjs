// SPDX-License-Identifier: Apache-2.0
// kamailio.mjs - a Kamailio of our own: a configuration with its names filled in, and a directory.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Child, run } from '../../e2e/lib/process.mjs';
import { freePort, temporaryDirectory, until } from '../../e2e/lib/wait.mjs';
import { portTaken } from '../../e2e/lib/sipp.mjs';

const CONFIGURATIONS = path.resolve(path.dirname(new URL(import.meta.url).pathname), '../kamailio');

export async function version() {
  const { stdout } = await run('dpkg-query', ['-W', '-f', '${Version}', 'kamailio']);
  return stdout.trim();
}

/** base.crt and base.key, for that address. */
export async function certificate(base, address) {
  const made = await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-nodes', '-days', '2', '-subj', `/CN=${address}`, '-addext', `subjectAltName=IP:${address}`,
    '-keyout', `${base}.key`, '-out', `${base}.crt`]);
  if (made.code !== 0) throw new Error(made.stderr);
}

export class Kamailio {
  /** values: what the capital words of the configuration stand for; files: db_text tables. */
  static async start(name, values, files = {}) {
    const kamailio = new Kamailio();
    kamailio.temp = temporaryDirectory('kamailio');
    const { dir } = kamailio.temp;
    const all = { ADDRESS: '127.0.0.1', TLSPORT: 0, CERTIFICATE: path.join(dir, 'tls'), ...values,
      DIR: dir };
    if (values.TRANSPORT === 'tls') {
      if (!all.TLSPORT) all.TLSPORT = await freePort();
      if (!values.CERTIFICATE) await certificate(all.CERTIFICATE, all.ADDRESS);
    }
    const words = Object.keys(all).sort((a, b) => b.length - a.length);
    writeFileSync(path.join(dir, 'kamailio.cfg'),
      readFileSync(path.join(CONFIGURATIONS, `${name}.cfg`), 'utf8')
        .replace(/^\s*#(?!!).*\n/gm, '')
        .replace(new RegExp(words.join('|'), 'g'), (word) => all[word]));
    for (const [file, text] of Object.entries(files)) {
      if (text) writeFileSync(path.join(dir, file), text);
    }
    mkdirSync(path.join(dir, 'run'));
    kamailio.child = new Child('kamailio', ['-f', path.join(dir, 'kamailio.cfg'), '-DD', '-E',
      '-m', '32', '-M', '4', '-Y', path.join(dir, 'run')], { cwd: dir });
    await until('Kamailio to listen', () => {
      if (kamailio.child.exit) throw new Error(kamailio.child.stderr.slice(-600));
      return portTaken(all.PORT, all.ADDRESS);
    }, 10);
    return kamailio;
  }

  /** At once: asked to end, its processes often wait for each other for ever. */
  async stop() {
    await this.child.stop('SIGKILL');
    if (!process.env.KEEP) this.temp.remove();
  }
}
