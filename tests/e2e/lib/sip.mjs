// SPDX-License-Identifier: Apache-2.0
// sip.mjs - a SIP peer made of raw bytes, for what no well-behaved client would send.
import { createHash, randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import { until } from './wait.mjs';

const hash = (algorithm, text) =>
  createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5').update(text).digest('hex');

export function parse(text) {
  const [head, ...rest] = text.split('\r\n\r\n');
  const [start, ...lines] = head.split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    text, start, headers, body: rest.join('\r\n\r\n'),
    status: /^SIP\/2\.0 (\d+)/.test(start) ? Number(start.slice(8, 11)) : undefined,
    method: /^SIP/.test(start) ? undefined : start.split(' ')[0],
    header: (name) => headers.find(([n]) => n === name.toLowerCase())?.[1],
    all: (name) => headers.filter(([n]) => n === name.toLowerCase()).map(([, v]) => v),
  };
}

/** The Authorization value that answers a challenge. */
export function answer(challenge, { authName, password, method, uri, nc = 1 }) {
  const field = (name) => challenge.match(new RegExp(`${name}="?([^",]+)"?`, 'i'))?.[1];
  const realm = field('realm');
  const nonce = field('nonce');
  const algorithm = field('algorithm') ?? 'MD5';
  const cnonce = randomBytes(8).toString('hex');
  const count = nc.toString(16).padStart(8, '0');
  const ha1 = hash(algorithm, `${authName}:${realm}:${password}`);
  const ha2 = hash(algorithm, `${method}:${uri}`);
  const response = hash(algorithm, `${ha1}:${nonce}:${count}:${cnonce}:auth:${ha2}`);
  return `Digest username="${authName}", realm="${realm}", nonce="${nonce}", uri="${uri}", ` +
    `response="${response}", algorithm=${algorithm}, cnonce="${cnonce}", qop=auth, nc=${count}`;
}

class Peer {
  constructor() {
    this.received = [];
    this.name = randomBytes(4).toString('hex');
    this.sequence = 0;
  }

  token() { return `${this.name}${++this.sequence}`; }

  /** Waits for a message from index "from" on for which match answers true. */
  async expect(match, seconds = 5, from = 0) {
    return until('a SIP message', () => this.received.slice(from).find(match), seconds);
  }

  /** Sends a request and waits for its final response (by branch). */
  async ask(text, seconds = 5) {
    const branch = text.match(/branch=([^;\s,]+)/)[1];
    const from = this.received.length;
    this.send(text);
    const own = (m) => m.header('via')?.split(/[;,]/).includes(`branch=${branch}`);
    return this.expect((m) => m.status >= 200 && own(m), seconds, from);
  }

  request(method, uri, { from, to, callId, cseq = 1, headers = [], body = '', tag, toTag } = {}) {
    return [`${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/${this.transport} ${this.host};rport;branch=z9hG4bK${this.token()}`,
      'Max-Forwards: 70', `From: <${from}>;tag=${tag ?? this.token()}`,
      `To: <${to ?? from}>${toTag ? `;tag=${toTag}` : ''}`,
      `Call-ID: ${callId ?? this.token()}`, `CSeq: ${cseq} ${method}`, ...headers,
      ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
  }

  /** REGISTER with the digest answered; returns the last response. */
  async register(server, { number, authName, password, expires = 300, domain, contact }) {
    const uri = `sip:${domain}`;
    const callId = this.token();
    const tag = this.token();
    const make = (cseq, extra) => this.request('REGISTER', uri, {
      from: `sip:${number}@${domain}`, callId, tag, cseq,
      headers: [`Contact: <${contact ?? `sip:${number}@${this.host}`}>`, `Expires: ${expires}`,
        ...extra],
    });
    const challenge = await this.ask(make(1, []));
    if (challenge.status !== 401) return challenge;
    const value = answer(challenge.header('www-authenticate'),
      { authName, password, method: 'REGISTER', uri });
    return this.ask(make(2, [`Authorization: ${value}`]));
  }
}

export class UdpPeer extends Peer {
  static async open(target) {
    const peer = new UdpPeer();
    peer.transport = 'UDP';
    const six = target.startsWith('[');
    peer.socket = dgram.createSocket(six ? 'udp6' : 'udp4');
    await new Promise((done) => peer.socket.bind(0, six ? '::1' : '127.0.0.1', done));
    peer.socket.unref(); // one that a failed test left open must not keep the file running
    peer.port = peer.socket.address().port;
    peer.host = `${six ? '[::1]' : '127.0.0.1'}:${peer.port}`;
    peer.targetPort = Number(target.split(':').pop());
    peer.targetHost = six ? '::1' : '127.0.0.1';
    peer.socket.on('message', (bytes) => peer.received.push(parse(bytes.toString('latin1'))));
    return peer;
  }

  send(text) {
    this.socket.send(Buffer.from(text, 'latin1'), this.targetPort, this.targetHost);
  }

  close() { this.socket.close(); }
}

export class TcpPeer extends Peer {
  static async open(target) {
    const peer = new TcpPeer();
    peer.transport = 'TCP';
    const six = target.startsWith('[');
    peer.socket = net.connect(Number(target.split(':').pop()), six ? '::1' : '127.0.0.1');
    await new Promise((done, fail) => {
      peer.socket.once('connect', done);
      peer.socket.once('error', fail);
    });
    peer.host = `${six ? '[::1]' : '127.0.0.1'}:${peer.socket.localPort}`;
    peer.socket.unref();
    peer.ended = false;
    let pending = '';
    peer.socket.on('error', () => { peer.ended = true; });
    peer.socket.on('close', () => { peer.ended = true; });
    peer.socket.on('data', (bytes) => {
      pending += bytes.toString('latin1');
      for (;;) {
        pending = pending.replace(/^(\r\n)+/, '');
        const end = pending.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = Number(pending.slice(0, end).match(/^content-length:\s*(\d+)/im)?.[1] ?? 0);
        if (pending.length < end + 4 + length) return;
        peer.received.push(parse(pending.slice(0, end + 4 + length)));
        pending = pending.slice(end + 4 + length);
      }
    });
    return peer;
  }

  send(text) { this.socket.write(Buffer.from(text, 'latin1')); }

  close() { this.socket.destroy(); }
}
