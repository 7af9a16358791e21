// SPDX-License-Identifier: Apache-2.0
// phone.js - runs in the page: a JsSIP phone whose state can be read from outside.
import JsSIP from 'jssip';

const phone = { states: [], sessions: [] };
const MEDIA = { mediaConstraints: { audio: true, video: false },
  pcConfig: { iceServers: [] }, rtcOfferConstraints: { offerToReceiveVideo: false } };

function watch(session, incoming) {
  const id = phone.sessions.push(session) - 1;
  const note = (state, detail) => phone.states.push({ id, state, detail });
  if (incoming) note('ringing', session.remote_identity.uri.toString());
  session.on('progress', () => note('progress'));
  session.on('confirmed', () => note('confirmed'));
  session.on('ended', (e) => note('over', e.cause));
  session.on('failed', (e) => note('over', `${e.cause} ${e.message?.status_code ?? ''}`));
  session.on('hold', (e) => note(`hold by ${e.originator}`));
  session.on('unhold', (e) => note(`resume by ${e.originator}`));
  return id;
}

phone.start = ({ url, user, domain, authName, password, expires }) => {
  phone.ua = new JsSIP.UA({ sockets: [new JsSIP.WebSocketInterface(url)],
    uri: `sip:${user}@${domain}`, authorization_user: authName, password, realm: domain,
    register_expires: expires, session_timers: true, user_agent: 'JsSIP' });
  phone.ua.on('registered', () => phone.states.push({ state: 'registered' }));
  phone.ua.on('registrationFailed', (e) => phone.states.push({ state: 'registrationFailed',
    detail: `${e.cause} ${e.response?.status_code ?? ''}` }));
  phone.ua.on('disconnected', (e) => phone.states.push({ state: 'disconnected', detail: e.reason }));
  phone.ua.on('newRTCSession', ({ originator, session }) => {
    if (originator === 'remote') watch(session, true);
  });
  phone.ua.start();
};
phone.call = (uri) => watch(phone.ua.call(uri, MEDIA), false);
phone.answer = (id) => phone.sessions[id].answer(MEDIA);
phone.hold = (id) => phone.sessions[id].hold();
phone.resume = (id) => phone.sessions[id].unhold();
phone.dtmf = (id, digit, rtp) => phone.sessions[id].sendDTMF(digit, { transportType: rtp
  ? JsSIP.C.DTMF_TRANSPORT.RFC2833 : JsSIP.C.DTMF_TRANSPORT.INFO });
phone.transfer = (id, uri) => phone.sessions[id].refer(uri);
phone.attended = (first, second) => phone.sessions[first].refer(
  phone.sessions[second].remote_identity.uri, { replaces: phone.sessions[second] });
phone.hangup = (id) => phone.sessions[id].terminate();
phone.heard = async (id) => {
  let packets = 0;
  for (const report of (await phone.sessions[id].connection.getStats()).values()) {
    if (report.type === 'inbound-rtp') packets += report.packetsReceived;
  }
  return packets;
};
phone.stop = () => phone.ua.stop();
window.phone = phone;
