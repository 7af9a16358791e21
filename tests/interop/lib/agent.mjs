// SPDX-License-Identifier: Apache-2.0
// agent.mjs - a SIP user agent over UDP that says exactly what it saw: the far end behind a
// trunk, and the extension behind a PBX. It rings, answers, calls, holds, and counts the sound.
import dgram from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { answer as digestAnswer, parse } from '../../e2e/lib/sip.mjs';
import { sleep, until } from '../../e2e/lib/wait.mjs';
import { Rtp } from './rtp.mjs';

const RESEND_MS = 500;
const RESENDS_MAX = 10;
const GLARE_MS = 700;
const token = () => randomBytes(6).toString('hex');
const OTHER_SIDE = { sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive',
  sendrecv: 'sendrecv' };

const uriOf = (value) => value?.match(/<([^>]+)>/)?.[1] ?? value?.split(';')[0];
const tagOf = (value) => value?.match(/;tag=([^;>\s]+)/)?.[1];
export const userOf = (value) =>
  decodeURIComponent((uriOf(value) ?? '').match(/^(?:sips?|tel):([^@;]+)/)?.[1] ?? '');
const hostOf = (uri) => {
  const [, host, port] = uri.match(/^sips?:(?:[^@]*@)?(\[[^\]]+\]|[^:;?]+)(?::(\d+))?/);
  return { host, port: Number(port ?? 5060) };
};

/** What an SDP says of its audio: { host, port, direction, events }. */
export function readSdp(body) {
  const media = body.match(/^m=audio (\d+)/m);
  if (!media) return undefined;
  return {
    host: (body.slice(media.index).match(/^c=IN IP\d (\S+)/m) ?? body.match(/^c=IN IP\d (\S+)/m))?.[1],
    port: Number(media[1]),
    direction: body.match(/^a=(sendonly|recvonly|inactive|sendrecv)\r?$/m)?.[1] ?? 'sendrecv',
    events: Number(body.match(/^a=rtpmap:(\d+) telephone-event\/8000/m)?.[1] ?? 101),
  };
}

/** One call of the agent, either way. What happened to it is in its fields. */
export class Call {
  constructor(agent, fields) {
    Object.assign(this, { agent, cseq: 1, holds: [], infos: [], requests: [], version: 1,
      localTag: token(), answered: false, cancelled: false, ended: false, pracked: false,
      refreshes: 0, early: [], ...fields });
  }

  /** Our description; telephone-events by the number that the other side uses for them. */
  sdp(direction = 'sendrecv') {
    const events = this.rtp.eventType = this.remoteSdp?.events ?? 101;
    return ['v=0', `o=- 7 ${this.version++} IN IP4 ${this.rtp.host}`, 's=-',
      `c=IN IP4 ${this.rtp.host}`, 't=0 0', `m=audio ${this.rtp.port} RTP/AVP 8 0 ${events}`,
      'a=rtpmap:8 PCMA/8000', 'a=rtpmap:0 PCMU/8000', `a=rtpmap:${events} telephone-event/8000`,
      `a=fmtp:${events} 0-15`, 'a=ptime:20', `a=${direction}`, ''].join('\r\n');
  }

  /** Sends sound to where that description says. */
  listenTo(body) {
    const sdp = readSdp(body);
    if (!sdp) return sdp;
    this.remoteSdp = sdp;
    this.rtp.send(sdp.port && !/^0\./.test(sdp.host) && /^(sendrecv|recvonly)$/.test(sdp.direction)
      ? { host: sdp.host, port: sdp.port } : undefined);
    return sdp;
  }

  #description() {
    if (this.invite.body) this.listenTo(this.invite.body);
    return this.sdp(OTHER_SIDE[readSdp(this.invite.body)?.direction ?? 'sendrecv']);
  }

  /** headers: what the 200 says besides. */
  async answer(headers = []) {
    this.answered = true;
    this.agent.respond(this.invite, 200, 'OK', { call: this, headers,
      body: this.earlySdp ?? this.#description() });
    await until('the ACK', () => this.acknowledged, 5);
  }

  /** Sound before the answer, said until it is acknowledged (RFC 3262). */
  async progressReliably() {
    this.earlySdp = this.#description();
    this.agent.respond(this.invite, 183, 'Session Progress', { call: this, body: this.earlySdp,
      headers: ['Require: 100rel', 'RSeq: 17'], until: () => this.pracked });
    await until('PRACK at the far end', () => this.pracked, 8);
  }

  reject(status, reason) {
    this.ended = true;
    this.agent.respond(this.invite, status, reason, { call: this });
  }

  /** A request inside the call; resolves with its final answer. */
  request(method, { headers = [], body = '' } = {}) {
    return this.agent.transact(this.#inside(method, ++this.cseq, { headers, body }), this.nextHop());
  }

  nextHop() {
    return this.routes.length ? hostOf(uriOf(this.routes[0])) : hostOf(this.target);
  }

  #inside(method, cseq, { headers = [], body = '', branch } = {}) {
    return this.agent.write(`${method} ${this.target} SIP/2.0`, {
      branch, from: this.local, to: this.remote, callId: this.callId, cseq: `${cseq} ${method}`,
      headers: [...this.routes.map((route) => `Route: ${route}`), ...headers], body });
  }

  async hangup() {
    if (this.ended) return undefined;
    this.ended = true;
    return this.request('BYE');
  }

  /** Asks the other side to call that URI instead (RFC 3515). */
  async refer(uri) {
    const reply = await this.request('REFER', { headers: [`Contact: ${this.agent.contact}`,
      `Refer-To: <${uri}>`, `Referred-By: ${this.local.split(';tag')[0]}`] });
    if (reply.status !== 202 && reply.status !== 200) {
      throw new Error(`REFER was answered ${reply.start}`);
    }
  }

  /** The URI that replaces this call (RFC 3891). */
  replaced() {
    const replaces = `${this.callId};to-tag=${tagOf(this.remote)};from-tag=${this.localTag}`;
    return `${uriOf(this.remote)}?Replaces=${encodeURIComponent(replaces)}`;
  }

  /** PRACK, once for each. */
  acknowledgeEarly(reply) {
    const rseq = reply.header('rseq');
    if (this.early.includes(rseq)) return;
    this.early.push(rseq);
    this.remote = reply.header('to');
    this.target = uriOf(reply.header('contact'));
    this.routes = reply.all('record-route').reverse();
    if (reply.body) this.listenTo(reply.body);
    const invite = this.cseq;
    this.request('PRACK', { headers: [`RAck: ${rseq} ${invite} INVITE`] })
      .then(({ status }) => { this.prackAnswer = status; }, () => {});
  }

  acknowledge(cseq, branch) {
    this.agent.send(this.#inside('ACK', cseq, { branch }), this.nextHop());
  }

  /** Changes the direction of the sound; answers what the other side agreed to. */
  async reinvite(direction, tries = 4) {
    const reply = await this.request('INVITE', { body: this.sdp(direction),
      headers: [`Contact: ${this.agent.contact}`] });
    this.acknowledge(this.cseq, reply.status < 300 ? undefined
      : reply.header('via').match(/branch=([^;\s,]+)/)[1]);
    if (reply.status === 491 && tries > 1) { // both at once (RFC 3261 14.1)
      await sleep(GLARE_MS);
      return this.reinvite(direction, tries - 1);
    }
    if (reply.status !== 200) throw new Error(`re-INVITE was answered ${reply.start}`);
    this.listenTo(reply.body);
    return readSdp(reply.body)?.direction;
  }

  async cancel() {
    const branch = this.inviteText.match(/branch=([^;\s]+)/)[1];
    const target = this.inviteText.split(' ')[1];
    const text = this.agent.write(`CANCEL ${target} SIP/2.0`, { branch, from: this.local,
      to: this.inviteTo, callId: this.callId, cseq: `${this.inviteText.match(/^CSeq: (\d+)/m)[1]} CANCEL` });
    return this.agent.transact(text, this.hop);
  }

  /** Resolves when the other side has answered, or with what it said instead. */
  async outcome(seconds = 15) {
    await until('an answer to the INVITE', () => this.final, seconds);
    return this.final.status;
  }

  heard(packets = 10, seconds = 5) {
    const from = this.rtp.packets;
    return until(`${packets} packets of sound at the far end`,
      () => this.rtp.packets >= from + packets, seconds);
  }

  /** It has hung up, or the other side has. */
  over(seconds = 10) {
    return until('BYE at the far end', () => this.ended, seconds);
  }
}

export class Agent {
  static async open({ host = '127.0.0.1', port = 0 } = {}) {
    const agent = new Agent();
    agent.calls = [];
    agent.seen = [];
    agent.waiting = new Map(); // branch and method of our requests
    agent.answers = new Map(); // what was answered to which request
    agent.socket = dgram.createSocket('udp4');
    await new Promise((done, fail) => {
      agent.socket.once('error', fail);
      agent.socket.bind(port, host, done);
    });
    agent.host = host;
    agent.port = agent.socket.address().port;
    agent.contact = `<sip:far@${host}:${agent.port}>`;
    agent.socket.on('error', () => {});
    agent.socket.on('message', (bytes, from) => {
      if (bytes.length > 4) agent.#take(parse(bytes.toString('latin1')), from);
    });
    return agent;
  }

  send(text, { host, port }) {
    this.socket.send(Buffer.from(text, 'latin1'), port, host);
  }

  write(start, { branch, from, to, callId, cseq, headers = [], body = '' }) {
    return [start, `Via: SIP/2.0/UDP ${this.host}:${this.port};rport;branch=${branch ?? `z9hG4bK${token()}`}`,
      'Max-Forwards: 70', `From: ${from}`, `To: ${to}`, `Call-ID: ${callId}`, `CSeq: ${cseq}`,
      ...headers, ...(body && !headers.some((h) => /^content-type/i.test(h))
        ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
  }

  /** Sends a request until somebody answers; resolves with the final answer. */
  transact(text, hop, onProvisional = () => {}) {
    const key = `${text.match(/branch=([^;\s]+)/)[1]} ${text.split(' ')[0]}`;
    return new Promise((done, fail) => {
      let sent = 0;
      const again = () => {
        if (++sent > RESENDS_MAX) {
          clearInterval(timer);
          fail(new Error(`no answer to ${text.split(' ')[0]}`));
          return;
        }
        this.send(text, hop);
      };
      const timer = setInterval(again, RESEND_MS);
      this.timers.add(timer);
      this.waiting.set(key, (reply) => {
        clearInterval(timer);
        if (reply.status < 200) {
          onProvisional(reply);
          return;
        }
        done(reply);
      });
      again();
    });
  }

  timers = new Set();

  respond(request, status, reason, { call, body = '', headers = [], until: done } = {}) {
    const to = request.header('to');
    const text = [`SIP/2.0 ${status} ${reason}`, ...request.all('via').map((v) => `Via: ${v}`),
      ...request.all('record-route').map((v) => `Record-Route: ${v}`),
      `From: ${request.header('from')}`,
      `To: ${to}${call && !tagOf(to) && status > 100 ? `;tag=${call.localTag}` : ''}`,
      `Call-ID: ${request.header('call-id')}`, `CSeq: ${request.header('cseq')}`,
      ...(/INVITE|UPDATE|SUBSCRIBE/.test(request.method) && status > 100
        ? [`Contact: ${this.contact}`, 'Allow: INVITE, ACK, CANCEL, BYE, INFO, PRACK, UPDATE, OPTIONS'] : []),
      ...headers, ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
    this.answers.set(requestKey(request), text);
    const { source } = request;
    this.send(text, source);
    if (status >= 200 && status < 300 && request.method === 'INVITE' && call) {
      call.acknowledged = false;
      this.#again(text, source, () => call.acknowledged || call.ended);
    } else if (done) {
      this.#again(text, source, () => done() || call.ended);
    }
  }

  #again(text, to, done) {
    let sent = 1;
    const timer = setInterval(() => {
      if (done() || ++sent > RESENDS_MAX) clearInterval(timer);
      else this.send(text, to);
    }, RESEND_MS);
    this.timers.add(timer);
  }

  #take(message, from) {
    message.source = { host: from.address, port: from.port };
    this.seen.push(message);
    if (message.status) {
      const branch = message.header('via')?.match(/branch=([^;\s,]+)/)?.[1];
      this.waiting.get(`${branch} ${message.header('cseq')?.split(' ').pop()}`)?.(message);
      return;
    }
    const known = this.answers.get(requestKey(message));
    if (known && message.method !== 'ACK') {
      this.send(known, message.source);
      return;
    }
    const call = this.calls.find((c) => c.callId === message.header('call-id') &&
      (!tagOf(message.header('to')) || tagOf(message.header('to')) === c.localTag));
    if (message.method === 'INVITE' && !call) this.#incoming(message);
    else if (call) this.#inside(call, message);
    else if (message.method === 'OPTIONS') this.respond(message, 200, 'OK');
    else if (message.method !== 'ACK') {
      this.respond(message, 481, 'Call/Transaction Does Not Exist');
    }
  }

  async #incoming(invite) {
    const call = new Call(this, { invite, callId: invite.header('call-id'), incoming: true,
      remote: invite.header('from'), target: uriOf(invite.header('contact')),
      routes: invite.all('record-route'), number: userOf(invite.start.split(' ')[1]) });
    call.local = `${invite.header('to')};tag=${call.localTag}`;
    this.calls.push(call);
    this.respond(invite, 100, 'Trying');
    call.rtp = await Rtp.open(this.host);
    this.respond(invite, 180, 'Ringing', { call });
    call.ringing = true;
  }

  #inside(call, message) {
    call.requests.push(message);
    const ok = (options = {}) => this.respond(message, 200, 'OK', { call, ...options });
    switch (message.method) {
      case 'ACK':
        call.acknowledged = true;
        if (message.body) call.listenTo(message.body);
        return;
      case 'CANCEL':
        ok();
        if (!call.answered) {
          call.cancelled = call.ended = true;
          this.respond(call.invite, 487, 'Request Terminated', { call });
        }
        return;
      case 'BYE':
        call.ended = true;
        ok();
        return;
      case 'INVITE':
      case 'UPDATE': {
        if (uriOf(message.header('contact'))) call.target = uriOf(message.header('contact'));
        const expires = message.header('session-expires');
        const timer = expires ? ['Require: timer', `Session-Expires: ${expires}`] : [];
        if (expires) call.refreshes++;
        if (!message.body) {
          ok({ body: message.method === 'INVITE' ? call.sdp() : '', headers: timer });
          return;
        }
        const { direction } = call.listenTo(message.body);
        call.holds.push(direction);
        ok({ body: call.sdp(OTHER_SIDE[direction]), headers: timer });
        return;
      }
      case 'PRACK':
        call.pracked = /^17 /.test(message.header('rack') ?? '');
        ok();
        return;
      case 'INFO':
        call.infos.push(message.body);
        ok();
        return;
      case 'NOTIFY': // of a transfer that has come about
        ok();
        if (/^SIP\/2\.0 2/.test(message.body)) call.hangup().catch(() => {});
        return;
      default:
        ok();
    }
  }

  /** The next call to that number that nobody has taken yet. */
  async ring(number, seconds = 10) {
    const call = await until(`a call to ${number} at the far end`, () => this.calls.find(
      (c) => c.incoming && !c.taken && c.ringing && c.number === number), seconds);
    call.taken = true;
    return call;
  }

  /** Calls "to" at hop { host, port }; digest { authName, password } answers one challenge. */
  async call(hop, { to, domain, from, digest, headers = [] }) {
    const call = new Call(this, { hop, callId: token(), routes: [], rtp: await Rtp.open(this.host) });
    call.local = `<${from}>;tag=${call.localTag}`;
    call.remote = call.inviteTo = `<sip:${to}@${domain}>`;
    this.calls.push(call);
    call.body = call.sdp();
    this.#invite(call, `sip:${to}@${domain}`, digest, headers).catch((error) => {
      call.final = { status: 0, start: error.message };
    });
    return call;
  }

  async #invite(call, uri, digest, headers) {
    const text = this.write(`INVITE ${uri} SIP/2.0`, { from: call.local, to: call.inviteTo,
      callId: call.callId, cseq: `${call.cseq} INVITE`, body: call.body,
      headers: [`Contact: ${this.contact}`, ...headers] });
    const inviteSeq = call.cseq;
    call.inviteText = text;
    call.target = uri;
    const reply = await this.transact(text, call.hop, (early) => {
      if (early.status >= 180) call.ringing = true;
      if (early.header('rseq')) call.acknowledgeEarly(early);
    });
    if (reply.status >= 300) {
      const branch = text.match(/branch=([^;\s]+)/)[1];
      this.send(this.write(`ACK ${uri} SIP/2.0`, { branch, from: call.local,
        to: reply.header('to'), callId: call.callId, cseq: `${inviteSeq} ACK` }), call.hop);
      const challenge = reply.header('proxy-authenticate') ?? reply.header('www-authenticate');
      if ((reply.status === 401 || reply.status === 407) && digest) {
        const name = reply.status === 401 ? 'Authorization' : 'Proxy-Authorization';
        call.cseq++;
        await this.#invite(call, uri, undefined, [...headers,
          `${name}: ${digestAnswer(challenge, { ...digest, method: 'INVITE', uri })}`]);
        return;
      }
      call.ended = true;
      call.final = reply;
      return;
    }
    call.remote = reply.header('to');
    call.target = uriOf(reply.header('contact'));
    call.routes = reply.all('record-route').reverse();
    call.acknowledge(inviteSeq);
    call.listenTo(reply.body);
    call.answered = true;
    const again = `${text.match(/branch=([^;\s]+)/)[1]} INVITE`;
    this.waiting.set(again, () => call.acknowledge(inviteSeq)); // its ACK was lost
    call.final = reply;
  }

  /** Forgets the calls that are over. */
  sweep() {
    for (const call of this.calls) {
      if (call.ended && !call.swept) {
        call.rtp?.close();
        call.swept = true;
      }
    }
  }

  close() {
    for (const timer of this.timers) clearInterval(timer);
    for (const call of this.calls) if (!call.swept) call.rtp?.close();
    this.socket.close();
  }
}

function requestKey(message) {
  const method = message.method === 'ACK' ? 'INVITE' : message.method;
  return `${message.header('via')?.match(/branch=([^;\s,]+)/)?.[1]} ${method}`;
}
