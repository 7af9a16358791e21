// SPDX-License-Identifier: Apache-2.0
// sockets.mjs - a phone's UDP sockets: plain ones, or behind a NAT in user space. The phone
// knows its inside address alone and says it in all it sends.
import dgram from 'node:dgram';

function open(host, port = 0) {
  return new Promise((done, fail) => {
    const socket = dgram.createSocket('udp4');
    socket.once('error', fail);
    socket.bind(port, host, () => done(socket));
  });
}

/** A socket on the machine itself. */
async function plain(host, onMessage) {
  const socket = await open(host);
  socket.on('message', onMessage);
  return {
    host, port: socket.address().port,
    send: (bytes, port, to) => socket.send(bytes, port, to),
    close: () => socket.close(),
  };
}

/** RFC 4787's words: "cone" maps by the inside port alone (endpoint-independent), "symmetric" by
 *  the destination as well; both let in what comes from where something was sent to. */
class Nat {
  constructor(kind, outside) {
    this.kind = kind;
    this.outside = outside;
    this.inside = [];
    this.nextPort = 40000;
  }

  async socket(host, onMessage) {
    const one = { nat: this, host, port: (this.nextPort += 2), onMessage,
      mappings: new Map(), sentTo: new Set() };
    one.send = (bytes, port, to) => this.out(one, bytes, port, to);
    one.close = () => this.forget(one);
    this.inside.push(one);
    return one;
  }

  async out(one, bytes, port, to) {
    const destination = `${to}:${port}`;
    const key = this.kind === 'symmetric' ? destination : '*';
    if (!one.mappings.has(key)) {
      one.mappings.set(key, open(this.outside).then((socket) => {
        socket.on('message', (message, from) => this.in(one, key, message, from));
        return socket;
      }));
    }
    one.sentTo.add(destination);
    const socket = await one.mappings.get(key);
    try {
      socket.send(bytes, port, to);
    } catch { /* closed meanwhile: the mapping is gone */ }
  }

  in(one, key, message, from) {
    const source = `${from.address}:${from.port}`;
    if (key === '*' ? one.sentTo.has(source) : key === source) one.onMessage(message, from);
  }

  async forget(one) {
    const mappings = [...one.mappings.values()];
    one.mappings.clear();
    one.sentTo.clear();
    for (const socket of mappings) (await socket).close();
  }

  /** Another address outside: no mapping survives. */
  async move(outside) {
    this.outside = outside;
    for (const one of this.inside) await this.forget(one);
  }
}

/** { nat: "cone" | "symmetric", outside } or {}: { socket(host, onMessage), move(outside) }. */
export function sockets({ nat, outside }) {
  return nat ? new Nat(nat, outside) : { socket: plain, move: async () => {} };
}
