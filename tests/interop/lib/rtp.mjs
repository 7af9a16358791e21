// SPDX-License-Identifier: Apache-2.0
// rtp.mjs - one stream of sound: sends A-law frames of a tone, counts what arrives, and reads
// telephone-events (RFC 4733) out of it.
import dgram from 'node:dgram';
import { randomInt } from 'node:crypto';

const FRAME = 160; // 20 ms at 8 kHz
const TONE = Buffer.from(Array.from({ length: FRAME }, (_, i) => (i % 20 < 10 ? 0xaa : 0x2a)));
const EVENTS = '0123456789*#ABCD';

export class Rtp {
  static async open(host = '127.0.0.1') {
    const rtp = new Rtp();
    rtp.host = host;
    rtp.packets = 0;
    rtp.digits = '';
    rtp.eventType = 101;
    rtp.sequence = randomInt(30000);
    rtp.stamp = randomInt(1 << 30);
    rtp.source = randomInt(2 ** 31);
    rtp.socket = dgram.createSocket('udp4');
    await new Promise((done, fail) => {
      rtp.socket.once('error', fail);
      rtp.socket.bind(0, host, done);
    });
    rtp.port = rtp.socket.address().port;
    rtp.socket.on('error', () => {});
    rtp.socket.on('message', (bytes) => rtp.#take(bytes));
    return rtp;
  }

  #take(bytes) {
    if (bytes.length < 12 || bytes[0] >> 6 !== 2 || (bytes[1] >= 192 && bytes[1] < 224)) return;
    this.packets++;
    const at = 12 + 4 * (bytes[0] & 15);
    if ((bytes[1] & 127) !== this.eventType || bytes.length < at + 4) return;
    const stamp = bytes.readUInt32BE(4); // one event, however often it is said
    if (stamp !== this.lastEvent) this.digits += EVENTS[bytes[at]] ?? '?';
    this.lastEvent = stamp;
  }

  /** Sends to remote { host, port } until paused or closed. */
  send(remote) {
    this.remote = remote;
    this.timer ??= setInterval(() => {
      if (this.remote) this.#packet(8, TONE, FRAME);
    }, 20);
  }

  #packet(type, payload, step, marker = false) {
    const head = Buffer.alloc(12);
    head[0] = 0x80;
    head[1] = type | (marker ? 128 : 0);
    head.writeUInt16BE(this.sequence = (this.sequence + 1) & 0xffff, 2);
    head.writeUInt32BE(this.stamp, 4);
    head.writeUInt32BE(this.source, 8);
    this.socket.send(Buffer.concat([head, payload]), this.remote.port, this.remote.host);
    this.stamp = (this.stamp + step) >>> 0;
  }

  /** One telephone-event of 160 ms, its end said three times. */
  dtmf(digit) {
    const stamp = this.stamp;
    for (let i = 1; i <= 10; i++) {
      const event = Buffer.from([EVENTS.indexOf(digit), i > 7 ? 0x8a : 0x0a, 0, 0]);
      event.writeUInt16BE(Math.min(i, 8) * FRAME, 2);
      this.stamp = stamp;
      this.#packet(this.eventType, event, 0, i === 1);
    }
    this.stamp = (stamp + 8 * FRAME) >>> 0;
  }

  close() {
    clearInterval(this.timer);
    this.socket.close();
  }
}
