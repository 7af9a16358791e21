// SPDX-License-Identifier: Apache-2.0
// network.mjs - where the test's peers live. Namespaces: the server in the middle, each phone
// behind a router of its own that masquerades, a trunk; nobody reaches another but by the
// server. Without the right to make them: loopback, with NATs in user space.
import { execFileSync } from 'node:child_process';

const sh = (command, ...args) => execFileSync(command, args, { stdio: 'pipe' });

class Namespaces {
  constructor() {
    this.prefix = `own${process.pid}`;
    this.made = [];
    this.kind = 'namespaces';
    this.server = '198.18.0.1';
    this.trunk = '198.18.3.2';
  }

  name(what) { return `${this.prefix}${what}`; }
  in(what, ...command) { return sh('ip', 'netns', 'exec', this.name(what), ...command); }
  prefixOf(what) { return ['ip', 'netns', 'exec', this.name(what)]; }

  add(what) {
    sh('ip', 'netns', 'add', this.name(what));
    this.made.push(what);
    this.in(what, 'ip', 'link', 'set', 'lo', 'up');
  }

  /** A cable: [namespace, interface, address/bits] twice. */
  cable(a, b) {
    sh('ip', 'link', 'add', a[1], 'netns', this.name(a[0]), 'type', 'veth', 'peer', 'name', b[1],
      'netns', this.name(b[0]));
    for (const [what, device, address] of [a, b]) {
      this.in(what, 'ip', 'addr', 'add', address, 'dev', device);
      this.in(what, 'ip', 'link', 'set', device, 'up');
    }
  }

  /** A phone with the same inside address as all others, behind a router. */
  household(n, how) {
    const [phone, router] = [`phone${n}`, `router${n}`];
    this.add(phone);
    this.add(router);
    this.cable(['server', `to${n}`, `198.18.${n}.1/24`], [router, 'out', `198.18.${n}.2/24`]);
    this.cable([router, 'in', '192.168.1.1/24'], [phone, 'lan', '192.168.1.10/24']);
    this.in(phone, 'ip', 'route', 'add', 'default', 'via', '192.168.1.1');
    this.in(router, 'ip', 'route', 'add', 'default', 'via', `198.18.${n}.1`);
    this.in(router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    this.in(router, 'nft', 'add table ip nat; add chain ip nat post ' +
      '{ type nat hook postrouting priority 100; }; ' +
      `add rule ip nat post oifname "out" masquerade ${how}`);
  }

  open() {
    this.add('server');
    this.in('server', 'ip', 'addr', 'add', `${this.server}/32`, 'dev', 'lo');
    this.household(1, '');
    this.household(2, 'random,fully-random');
    this.add('trunk');
    this.cable(['server', 'to3', '198.18.3.1/24'], ['trunk', 'out', `${this.trunk}/24`]);
    this.in('trunk', 'ip', 'route', 'add', 'default', 'via', '198.18.3.1');
  }

  phone(n) {
    return { inside: '192.168.1.10', prefix: this.prefixOf(`phone${n}`) };
  }

  trunkPeer() {
    return { inside: this.trunk, prefix: this.prefixOf('trunk') };
  }

  /** The router gets another address outside; the kernel forgets the mappings of the old. */
  move(n) {
    const router = `router${n}`;
    this.in(router, 'ip', 'addr', 'del', `198.18.${n}.2/24`, 'dev', 'out');
    this.in(router, 'ip', 'addr', 'add', `198.18.${n}.77/24`, 'dev', 'out');
    this.in(router, 'ip', 'route', 'replace', 'default', 'via', `198.18.${n}.1`);
    return '';
  }

  close() {
    for (const what of this.made) {
      try {
        sh('ip', 'netns', 'del', this.name(what));
      } catch { /* the others still go */ }
    }
  }
}

class UserSpace {
  constructor() {
    this.kind = 'user space';
    this.server = '127.0.0.1';
    this.trunk = '127.0.0.53';
  }

  open() {}
  close() {}
  prefixOf() { return []; }

  /** An inside address that nobody has: what is sent there is lost, as it would be. */
  phone(n) {
    return { inside: '127.99.99.10', prefix: [], nat: n === 1 ? 'cone' : 'symmetric',
      outside: `127.0.${n}.2` };
  }

  trunkPeer() { return { inside: this.trunk, prefix: [] }; }
  move(n) { return `127.0.${n}.77`; }
}

/** [UserSpace], and Namespaces first where they are allowed. */
export function networks() {
  const all = [new UserSpace()];
  const probe = `own${process.pid}probe`;
  try {
    sh('ip', 'netns', 'add', probe);
    sh('ip', 'netns', 'exec', probe, 'nft', 'add table ip nat');
    all.unshift(new Namespaces());
  } catch { /* an ordinary user, or a container */ }
  try {
    sh('ip', 'netns', 'del', probe);
  } catch { /* was never there */ }
  return all;
}
