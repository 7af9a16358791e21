// SPDX-License-Identifier: Apache-2.0
// lib/api.ts - the portal API: one function per call, one kind of error.

import type {
  Calls,
  ConsentText,
  Credential,
  Forwarding,
  ForwardingRequest,
  Line,
  LogEvent,
  NewCredential,
  Profile,
  Reach,
  Revoked,
  Session,
  SignInAnswer,
} from './types';

const TIMEOUT_MS = 20_000;

/** What ends the session; any other 401 answers the request. */
const SIGNED_OUT = new Set(['sign_in_required', 'second_factor_required', 'http_401']);

/** What the server answered instead; `status` 0 when it did not answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: Record<string, unknown> = {},
  ) {
    super(message);
  }

  number(field: string): number | undefined {
    const value = this.detail[field];
    return typeof value === 'number' ? value : undefined;
  }

  text(field: string): string {
    const value = this.detail[field];
    return typeof value === 'string' ? value : '';
  }
}

interface Hooks {
  /** The session ended while somebody was using it. */
  signedOut: () => void;
  language: () => string;
}

let csrf = '';
let hooks: Hooks = { signedOut: () => {}, language: () => 'de' };

export function connect(to: Hooks): void {
  hooks = to;
}

export function useToken(token: string): void {
  csrf = token;
}

async function readError(answer: Response): Promise<ApiError> {
  let error: Record<string, unknown> = {};
  try {
    error = ((await answer.json()) as { error?: Record<string, unknown> }).error ?? {};
  } catch {
    // Not ours: a proxy's page, for instance. The status has to do.
  }
  const code = typeof error.code === 'string' ? error.code : `http_${answer.status}`;
  const message = typeof error.message === 'string' ? error.message : '';
  const retry = Number(answer.headers.get('Retry-After'));
  if (error.retry_after_s === undefined && retry > 0) error.retry_after_s = retry;
  return new ApiError(answer.status, code, message, error);
}

async function callOnce<T>(method: string, path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': hooks.language(),
  };
  if (body) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  try {
    const answer = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: stop.signal,
    });
    if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
    const error = await readError(answer);
    if (SIGNED_OUT.has(error.code)) hooks.signedOut();
    throw error;
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0, 'network', String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Signed in anew in another tab: the cookie is shared, the token is not. */
async function tokenChanged(): Promise<boolean> {
  const before = csrf;
  csrf = (await callOnce<Session>('GET', '/session')).csrf;
  return csrf !== before;
}

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  try {
    return await callOnce<T>(method, path, body);
  } catch (error) {
    const refused = error instanceof ApiError && error.code === 'csrf';
    if (refused && (await tokenChanged())) return callOnce<T>(method, path, body);
    throw error;
  }
}

const get = <T>(path: string) => call<T>('GET', path);
const post = <T>(path: string, body: object = {}) => call<T>('POST', path, body);

export const getSession = () => get<Session>('/session');
export const signIn = (login: string, password: string) =>
  post<SignInAnswer>('/session', { login, password });
export const sendCode = (code: string) => post<Session>('/session/code', { code });
export const resendCode = () => post<unknown>('/session/resend');
export const signOut = () => call<unknown>('DELETE', '/session');

export const getLines = async () => (await get<{ lines: Line[] }>('/lines')).lines;
export const getConsent = (language: string) =>
  get<ConsentText>(`/consent?language=${language}`);
export const giveConsent = (number: string, version: string, reach: Reach) =>
  post<unknown>(`/lines/${number}/consent`, { version, reach });

export const getCredentials = async (number: string) =>
  (await get<{ credentials: Credential[] }>(`/lines/${number}/credentials`)).credentials;

export interface CredentialRequest {
  label: string;
  profile: Profile;
  action?: string;
  code?: string;
}

export const createCredential = (number: string, request: CredentialRequest) =>
  post<NewCredential>(`/lines/${number}/credentials`, request);
export const getForwarding = (number: string) => get<Forwarding>(`/lines/${number}/forwarding`);
export const setForwarding = (number: string, request: ForwardingRequest) =>
  call<Forwarding>('PUT', `/lines/${number}/forwarding`, request);
export const freeze = (id: string) =>
  post<unknown>(`/credentials/${encodeURIComponent(id)}/freeze`);
export const unfreeze = (id: string) =>
  post<unknown>(`/credentials/${encodeURIComponent(id)}/unfreeze`);
export const revoke = (id: string) =>
  call<Revoked>('DELETE', `/credentials/${encodeURIComponent(id)}`);

export const getCalls = (number: string, limit: number, before?: string) =>
  get<Calls>(
    `/lines/${number}/calls?limit=${limit}` +
      (before ? `&before=${encodeURIComponent(before)}` : ''),
  );
export const getEvents = async (limit: number) =>
  (await get<{ events: LogEvent[] }>(`/events?limit=${limit}`)).events;
