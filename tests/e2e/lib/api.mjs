// SPDX-License-Identifier: Apache-2.0
// api.mjs - the portal's API as a person's browser would use it.
import https from 'node:https';
import assert from 'node:assert/strict';

const QUIET_MS = 30000;

export class Api {
  constructor(server) {
    this.server = server;
    this.cookies = new Map();
    this.csrf = undefined;
  }

  request(method, path, body, headers = {}) {
    const { hostname, port } = this.server.portal;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((done, fail) => {
      const request = https.request({
        method, path, hostname, port, rejectUnauthorized: false, timeout: QUIET_MS, headers: {
          ...(text === undefined ? {} :
            { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
          ...(this.cookies.size ?
            { Cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ') } : {}),
          ...(this.csrf && method !== 'GET' ? { 'X-CSRF-Token': this.csrf } : {}),
          ...headers,
        },
      }, (response) => {
        let bytes = '';
        response.setEncoding('utf8');
        response.on('data', (part) => { bytes += part; });
        response.on('end', () => {
          for (const line of response.headers['set-cookie'] ?? []) {
            const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
            this.cookies.set(name, value);
          }
          let json;
          try { json = JSON.parse(bytes); } catch { json = undefined; }
          if (json?.csrf) this.csrf = json.csrf;
          done({ status: response.statusCode, headers: response.headers, body: json, text: bytes });
        });
      });
      request.once('error', fail);
      request.once('timeout', () => request.destroy(new Error(`no answer to ${method} ${path}`)));
      if (text !== undefined) request.write(text);
      request.end();
    });
  }

  /** Server-sent events, as they come: { text, stop() }. */
  listen(path) {
    const { hostname, port } = this.server.portal;
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
    return new Promise((done, fail) => {
      const request = https.request({ path, hostname, port, rejectUnauthorized: false,
        headers: { Cookie: cookie, Accept: 'text/event-stream' } }, (response) => {
        const heard = { status: response.statusCode, text: '', stop: () => request.destroy() };
        response.setEncoding('utf8');
        response.on('data', (part) => { heard.text += part; });
        response.on('error', () => {});
        done(heard);
      });
      request.once('error', fail);
      request.end();
    });
  }

  get(path) { return this.request('GET', path); }
  post(path, body = {}) { return this.request('POST', path, body); }
  delete(path) { return this.request('DELETE', path); }

  async signIn(login, password, mobile) {
    const before = this.server.smsCount(mobile);
    const first = await this.post('/api/v1/session', { login, password });
    assert.equal(first.status, 200, first.text);
    assert.equal(first.body.second_factor, 'sms');
    const { code } = await this.server.sms(mobile, before);
    const second = await this.post('/api/v1/session/code', { code });
    assert.equal(second.status, 200, second.text);
    return second.body;
  }

  async consent(number, reach = 'europe') {
    const answer = await this.post(`/api/v1/lines/${number}/consent`, { version: 'current', reach });
    assert.equal(answer.status, 200, answer.text);
  }

  /** Both steps; returns the 201's body. */
  async createCredential(number, label, mobile, profile = 'generic') {
    const path = `/api/v1/lines/${number}/credentials`;
    const before = this.server.smsCount(mobile);
    const ask = await this.post(path, { label, profile });
    assert.equal(ask.status, 401, ask.text);
    assert.equal(ask.body.error.code, 'step_up_required');
    const { code } = await this.server.sms(mobile, before);
    const made = await this.post(path, { label, profile, action: ask.body.error.action, code });
    assert.equal(made.status, 201, made.text);
    return made.body;
  }
}
