// SPDX-License-Identifier: Apache-2.0
// phone.mjs - a phone in a process of its own, so that it can live in a network namespace. Reads
// commands as lines (register, call NUMBER, move [OUTSIDE], refer URI, bye, speak), prints events as
// JSON.
// Its voice is a word and a number in each packet, so that who hears it knows what was said.
import readline from 'node:readline';
import { randomBytes } from 'node:crypto';
import { answer, parse } from '../lib/sip.mjs';
import { sockets } from './sockets.mjs';

const options = JSON.parse(process.argv[2]);
// { inside, server: [host, port] (a trunk learns it), domain, user, authName, password, word,
//   nat, outside }
const PACKET_MS = 20;
const REPORT = 25; // packets

const say = (event, more = {}) => process.stdout.write(`${JSON.stringify({ event, ...more })}\n`);
const token = () => randomBytes(6).toString('hex');
let [serverHost, serverPort] = options.server ?? [];
const net = sockets(options);
const sip = await net.socket(options.inside, (bytes, from) => onSip(bytes, from));
const rtp = await net.socket(options.inside, onRtp);
const sdpId = Date.now();
let dialog; // { callId, ownTag, theirTag, target, uri, cseq, invite }
let pending = new Map(); // by branch
let talking;
let heard = 0;

/** Every packet's sound: no two are alike, and both ends can compute it. */
function sound(word, sequence) {
  const bytes = Buffer.alloc(160, `${word}-${sequence}-`);
  bytes.writeUInt16BE(sequence & 0xffff, 158);
  return bytes;
}

let sequence = 0;
function talk(host, port) {
  clearInterval(talking);
  talking = setInterval(() => {
    const header = Buffer.alloc(12);
    sequence += 1;
    header[0] = 0x80;
    header.writeUInt16BE(sequence & 0xffff, 2);
    header.writeUInt32BE(sequence * 160, 4);
    header.writeUInt32BE(0x4f776e6c, 8);
    rtp.send(Buffer.concat([header, sound(options.word, sequence)]), port, host);
  }, PACKET_MS);
}

function onRtp(bytes) {
  const word = bytes.subarray(12).toString('latin1').split('-')[0];
  const number = bytes.readUInt16BE(2);
  if (!bytes.subarray(12).equals(sound(word, number))) {
    say('garbled');
    return;
  }
  heard += 1;
  if (heard % REPORT === 0) say('heard', { word, count: heard });
}

let spoken = { profile: 'RTP/AVP', keys: '' };
const sdp = (version = 1) => ['v=0', `o=- ${sdpId} ${version} IN IP4 ${options.inside}`, 's=-',
  `c=IN IP4 ${options.inside}`, 't=0 0', `m=audio ${rtp.port} ${spoken.profile} 0`,
  'a=rtpmap:0 PCMU/8000', 'a=sendrecv', ...(spoken.keys ? [spoken.keys] : []), ''].join('\r\n');

/** Offers another profile from now on: base64 of { profile, keys }; none: plain RTP. */
async function speak(text) {
  spoken = text ? JSON.parse(Buffer.from(text, 'base64')) : { profile: 'RTP/AVP', keys: '' };
}

function listen(body) {
  const host = body.match(/^c=IN IP4 (\S+)/m)[1];
  const port = Number(body.match(/^m=audio (\d+)/m)[1]);
  say('told', { host, port, profile: body.match(/^m=audio \d+ (\S+)/m)[1], sdp: body });
  talk(host, port);
}

const contact = `<sip:${options.user}@${options.inside}:${sip.port}>`;

function send(text) {
  sip.send(Buffer.from(text, 'latin1'), serverPort, serverHost);
}

/** A request with its credentials when it is challenged; resolves with the final response. */
function ask(method, uri, headers, body = '', onProvisional = () => {}) {
  const branch = `z9hG4bK${token()}`;
  const text = [`${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${options.inside}:${sip.port};rport;branch=${branch}`,
    'Max-Forwards: 70', ...headers, `Contact: ${contact}`,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
  return new Promise((done) => {
    let wait = 500;
    let timer;
    const resend = () => {
      send(text);
      timer = setTimeout(resend, wait);
      wait = Math.min(wait * 2, 4000);
    };
    pending.set(branch, (m) => {
      clearTimeout(timer);
      if (m.status < 200) {
        onProvisional(m);
        return;
      }
      if (m.status >= 300 && method === 'INVITE') ackFailure(uri, branch, m);
      done(m);
    });
    resend();
  });
}

function ackFailure(uri, branch, m) {
  send([`ACK ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${options.inside}:${sip.port};rport;branch=${branch}`,
    'Max-Forwards: 70', `From: ${m.header('from')}`, `To: ${m.header('to')}`,
    `Call-ID: ${m.header('call-id')}`, `CSeq: ${parseInt(m.header('cseq'), 10)} ACK`,
    'Content-Length: 0', '', ''].join('\r\n'));
}

async function askWithDigest(method, uri, headersOf, body, onProvisional) {
  let m = await ask(method, uri, headersOf(), body, onProvisional);
  if (m.status === 401 || m.status === 407) {
    const proxy = m.status === 407;
    const value = answer(m.header(proxy ? 'proxy-authenticate' : 'www-authenticate'),
      { authName: options.authName, password: options.password, method, uri });
    m = await ask(method, uri,
      [...headersOf(), `${proxy ? 'Proxy-Authorization' : 'Authorization'}: ${value}`],
      body, onProvisional);
  }
  return m;
}

const own = `sip:${options.user}@${options.domain}`;

async function register() {
  const callId = token();
  const tag = token();
  let cseq = 0;
  const m = await askWithDigest('REGISTER', `sip:${options.domain}`, () => {
    cseq += 1;
    return [`From: <${own}>;tag=${tag}`, `To: <${own}>`, `Call-ID: ${callId}`,
      `CSeq: ${cseq} REGISTER`, 'Expires: 300'];
  });
  say('registered', { status: m.status });
}

const dialogHeaders = (method, cseq) => [
  `From: <${dialog.own}>;tag=${dialog.ownTag}`,
  `To: <${dialog.their}>${dialog.theirTag ? `;tag=${dialog.theirTag}` : ''}`,
  `Call-ID: ${dialog.callId}`, `CSeq: ${cseq} ${method}`];

function acknowledge(m) {
  dialog.target = m.header('contact')?.match(/<([^>]+)>/)?.[1] ?? dialog.target;
  send([`ACK ${dialog.target} SIP/2.0`,
    `Via: SIP/2.0/UDP ${options.inside}:${sip.port};rport;branch=z9hG4bK${token()}`,
    'Max-Forwards: 70', ...dialogHeaders('ACK', dialog.cseq), 'Content-Length: 0', '', '']
    .join('\r\n'));
}

async function invite(uri, version) {
  const m = await askWithDigest('INVITE', uri,
    () => dialogHeaders('INVITE', ++dialog.cseq), sdp(version), () => say('ringing'));
  if (m.status >= 300) {
    say('refused', { status: m.status });
    return;
  }
  dialog.theirTag = m.header('to').match(/tag=([^;\s]+)/)[1];
  acknowledge(m);
  const { callId, ownTag, theirTag } = dialog;
  say('established', { status: m.status, callId, ownTag, theirTag });
  listen(m.body);
}

async function call(number) {
  const uri = `sip:${number}@${options.domain}`;
  dialog = { callId: token(), ownTag: token(), own, their: uri, target: uri, cseq: 0 };
  await invite(uri, 1);
}

/** The network has changed: tells the other side by a re-INVITE from where it is now. */
async function move(outside) {
  await net.move(outside);
  heard = 0;
  say('moved');
  await invite(dialog.target, 2);
}

/** Transfers the other side there; what becomes of it comes as "notified". */
async function refer(uri) {
  const m = await ask('REFER', dialog.target,
    [...dialogHeaders('REFER', ++dialog.cseq), `Refer-To: <${uri}>`]);
  say('referred', { status: m.status });
}

async function bye() {
  const m = await ask('BYE', dialog.target, dialogHeaders('BYE', ++dialog.cseq));
  say('over', { status: m.status });
}

function reply(m, status, reason, body = '') {
  const to = m.header('to');
  send([`SIP/2.0 ${status} ${reason}`, ...m.all('via').map((v) => `Via: ${v}`),
    ...m.all('record-route').map((v) => `Record-Route: ${v}`),
    `From: ${m.header('from')}`, `To: ${/tag=/.test(to) ? to : `${to};tag=${dialog.ownTag}`}`,
    `Call-ID: ${m.header('call-id')}`, `CSeq: ${m.header('cseq')}`, `Contact: ${contact}`,
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
}

let lastInvite;
let version = 1;
function onInvite(m) {
  if (lastInvite === m.header('via') + m.header('cseq')) return; // resent
  lastInvite = m.header('via') + m.header('cseq');
  const again = dialog && dialog.callId === m.header('call-id');
  if (!again) {
    dialog = { callId: m.header('call-id'), ownTag: token(), cseq: 0,
      own: m.header('to').match(/<([^>]+)>/)[1], their: m.header('from').match(/<([^>]+)>/)[1],
      theirTag: m.header('from').match(/tag=([^;\s]+)/)[1] };
    reply(m, 180, 'Ringing');
    say('rings');
  }
  dialog.target = m.header('contact').match(/<([^>]+)>/)[1];
  version = again ? version + 1 : 1;
  reply(m, 200, 'OK', sdp(version));
  if (m.body) listen(m.body); // else the ACK answers our offer
}

function onSip(bytes, from) {
  [serverHost, serverPort] = [from.address, from.port];
  const text = bytes.toString('latin1');
  if (!text.trim()) return;
  const m = parse(text);
  if (m.status) {
    const branch = m.header('via').match(/branch=([^;\s,]+)/)?.[1];
    const final = pending.get(branch);
    if (final && m.status >= 200) pending.delete(branch);
    if (final) final(m);
    else if (m.status < 300 && /INVITE/.test(m.header('cseq')) && dialog) acknowledge(m);
  } else if (m.method === 'INVITE') {
    onInvite(m);
  } else if (m.method === 'ACK') {
    if (m.body) listen(m.body);
  } else {
    reply(m, 200, 'OK');
    if (m.method === 'NOTIFY') say('notified', { status: Number(m.body.split(' ')[1]) });
    if (m.method === 'BYE') {
      clearInterval(talking);
      say('over');
    }
  }
}

const commands = { register, call, move, refer, bye, speak };
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, argument] = line.split(' ');
  if (command === 'quit') process.exit(0);
  commands[command](argument).catch((error) => say('failed', { error: String(error) }));
}).on('close', () => process.exit(0));
say('ready', { port: sip.port });
