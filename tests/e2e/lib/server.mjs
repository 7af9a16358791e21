// SPDX-License-Identifier: Apache-2.0
// server.mjs - a running ownline of the test's own: state directory, configuration, data.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Child, run } from './process.mjs';
import { temporaryDirectory, until } from './wait.mjs';

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  '../../..');
export const OWNLINE = process.env.OWNLINE ?? path.join(ROOT, 'build-test/ownline');
export const PAGES = path.join(ROOT, 'web/dist');

export const DOMAIN = 'voip.example.ch';
export const PORTAL_PASSWORD = 'correct horse battery';
export const LINE_A = '+41445550101'; // customer c1, inOne home
export const LINE_B = '+41445550102'; // customer c2, My KMU office
export const LINE_C = '+41445550103'; // customer c3, a product without credentials
export const DEVICE_A = { authName: 'aaaa2222', password: 'Kd8mWq3ZtBv6yHn5RgXs7PcE' };
export const DEVICE_B = { authName: 'bbbb3333', password: 'Vn4tYh8RkQe2mCx7JdLz9WsG' };

const PRODUCTS = `product,segment,tariff,credentials_from
inOne home,RES,home,2017-04-01
My KMU office,SME,office,2017-04-01
Swisscom Line Company,ENT,office,2017-07-01
Old Line,RES,home,
`;
const TARIFFS = `tariff,prefix,class,setup,per_minute,first_s,next_s,valid_from
home,+41,fixed,0,0.08,60,60,2017-01-01
home,+4179,mobile,0.05,0.35,1,1,2017-01-01
home,+49,international,0.10,0.25,60,60,2017-01-01
home,CH:1811,directory,1.60,0.80,60,60,2017-01-01
office,+41,fixed,0,0.05,1,1,2017-01-01
`;
const CUSTOMERS = `customer,name,segment,product,number,login,password,mobile,language
c1,Anna Muster,RES,inOne home,${LINE_A},anna,${PORTAL_PASSWORD},+41795550001,en
c2,Beat Beispiel AG,SME,My KMU office,${LINE_B},beat,${PORTAL_PASSWORD},+41795550002,de
c3,Carla Ohne,RES,Old Line,${LINE_C},carla,${PORTAL_PASSWORD},+41795550003,fr
`;
const CREDENTIALS = `number,auth_name,password,label
${LINE_A},${DEVICE_A.authName},${DEVICE_A.password},Phone A
${LINE_B},${DEVICE_B.authName},${DEVICE_B.password},Phone B
`;

export class Server {
  /** options: { config: {key: text lines}, products, tariffs, customers, credentials,
   *  trunk: port, store, serve: false, env, prefix: [command, ...] in front of "ownline serve" } -
   *  CSV texts replace the ones above. */
  static async start(options = {}) {
    const server = new Server();
    server.temp = temporaryDirectory('server');
    server.dir = server.temp.dir;
    server.options = options;
    server.configPath = path.join(server.dir, 'ownline.yaml');
    server.stateDir = path.join(server.dir, 'state');
    server.writeConfig();
    await server.mustCli('init');
    for (const [kind, text] of [['tariffs', options.tariffs ?? TARIFFS],
      ['products', options.products ?? PRODUCTS], ['customers', options.customers ?? CUSTOMERS],
      ['credentials', options.credentials ?? CREDENTIALS]]) {
      if (text) await server.import(kind, text);
    }
    if (options.serve !== false) await server.serve();
    return server;
  }

  writeConfig(extra = '') {
    const { options } = this;
    const listen = options.listen ??
      ['udp:127.0.0.1:0', 'tcp:127.0.0.1:0', 'udp:[::1]:0', 'tcp:[::1]:0'];
    const trunk = options.trunk === undefined ? '' :
      `trunks: [{name: pstn, uri: "sip:127.0.0.1:${options.trunk}", prefixes: ["+"], ` +
      'national: true, emergency: true}]\n';
    writeFileSync(this.configPath, `domain: ${DOMAIN}
realm: ${DOMAIN}
country: CH
timezone: Europe/Zurich
currency: CHF
state_dir: ${this.stateDir}
store: ${options.store ?? 'sqlite:ownline.db'}
edge:
  listen: [${listen.map((l) => `"${l}"`).join(', ')}]
  workers: ${options.workers ?? 2}
portal:
  listen: https:127.0.0.1:0
${options.pages === null ? '' : `  pages: ${options.pages ?? PAGES}\n`}  code_s: ${options.code ?? 300}
sms: ${options.sms ?? '{via: console}'}
media: ${options.media ?? 'relay'}
${trunk}${options.config ?? ''}${extra}`);
  }

  async import(kind, text, ...flags) {
    const file = path.join(this.dir, `${kind}.csv`);
    writeFileSync(file, text);
    return this.mustCli('import', kind, file, ...flags);
  }

  cli(...args) {
    return run(OWNLINE, ['--config', this.configPath, ...args], { env: this.env() });
  }

  async mustCli(...args) {
    const result = await this.cli(...args);
    if (result.code !== 0) {
      throw new Error(`ownline ${args.join(' ')}: exit ${result.code}\n${result.stdout}${result.stderr}`);
    }
    return result;
  }

  async json(...args) {
    return JSON.parse((await this.mustCli(...args, '--json')).stdout);
  }

  env() {
    return { ...process.env, ...(this.options.env ?? {}) };
  }

  async serve() {
    const [command, ...args] = [...(this.options.prefix ?? []), OWNLINE, '--config',
      this.configPath, 'serve'];
    this.child = new Child(command, args, { env: this.env() });
    await this.child.output(/^ready$/m, 30);
    const listeners = JSON.parse(readFileSync(path.join(this.stateDir, 'listeners.json')));
    this.listeners = listeners;
    const edge = (prefix) => listeners.edge.find((e) => e.startsWith(prefix))
      ?.slice(prefix.indexOf(':') + 1);
    this.udp = edge('udp:127.0.0.1');
    this.tcp = edge('tcp:127.0.0.1');
    this.udp6 = edge('udp:[::1]');
    this.tcp6 = edge('tcp:[::1]');
    this.portal = new URL(listeners.portal);
  }

  get udpPort() { return Number(this.udp.split(':').pop()); }
  get tcpPort() { return Number(this.tcp.split(':').pop()); }

  /** The newest SMS to that number: { to, text, code }. */
  async sms(to, after = 0) {
    return until(`an SMS to ${to}`, () => {
      const all = [...this.child.stdout.matchAll(/^sms to=(\S+) text="((?:[^"\\]|\\.)*)"/gm)]
        .filter((m) => m[1] === to).slice(after);
      const last = all.at(-1);
      return last && { to, text: last[2], code: last[2].match(/\b(\d{6})\b/)?.[1] };
    });
  }

  smsCount(to) {
    return [...this.child.stdout.matchAll(/^sms to=(\S+) /gm)].filter((m) => m[1] === to).length;
  }

  async cdrs(line, count = 1, seconds = 10) {
    return until(`${count} CDRs of ${line}`, async () => {
      const { cdrs } = await this.json('cdr', 'list', '--line', line);
      return cdrs.length >= count && cdrs;
    }, seconds);
  }

  async bindings(line) {
    return (await this.json('binding', 'list', '--line', line)).bindings;
  }

  /** Ends it and fails when a sanitizer spoke or it did not end well. */
  async stop() {
    if (this.child) {
      const exit = await this.child.stop('SIGTERM', 20);
      if (/ERROR: AddressSanitizer|runtime error:|ERROR: LeakSanitizer/.test(this.child.stderr)) {
        throw new Error(`sanitizer report:\n${this.child.stderr.slice(-6000)}`);
      }
      if (exit.code !== 0 || exit.forced) {
        throw new Error(`ownline ended with ${JSON.stringify(exit)}\n${this.child.stderr.slice(-4000)}`);
      }
    }
    if (!process.env.KEEP) this.temp.remove();
  }
}
