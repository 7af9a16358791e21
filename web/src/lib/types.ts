// SPDX-License-Identifier: Apache-2.0
// lib/types.ts - what the portal API answers. Times are RFC 3339, money is a decimal string.

export type Language = 'de' | 'fr' | 'it' | 'en';

/** Who is signed in; login, customer_name and language are null until the code was right. */
export interface Session {
  login: string;
  customer_name: string;
  language: string;
  second_factor: 'sms' | null;
  csrf: string;
  state: 'pending' | 'active';
  mobile_masked: string;
}

export interface SignInAnswer {
  second_factor: 'sms' | null;
  csrf: string;
  mobile_masked: string;
}

export type Reach = 'home' | 'europe' | 'world';

export interface Consent {
  version: string;
  accepted_at: string;
  login: string;
  reach: Reach;
}

export interface Line {
  number: string;
  product: string;
  customer_name: string;
  eligible: boolean;
  reason: string | null;
  reason_text: string | null;
  credentials_from: string | null;
  status: 'active' | 'frozen';
  consent: Consent | null;
  credential_count: number;
  online_count: number;
}

/** When a call goes on elsewhere. */
export const CASES = ['always', 'busy', 'no_answer', 'unreachable'] as const;

export interface Forwarding extends Record<(typeof CASES)[number], string | null> {
  number: string;
  no_answer_after_s: number;
}

export interface ForwardingRequest extends Partial<Record<(typeof CASES)[number], string>> {
  no_answer_after_s: number;
  action?: string;
  code?: string;
}

export interface ConsentText {
  version: string;
  sections: { key: string; title: string; text: string }[];
}

export type Profile = 'generic' | 'fritzbox' | 'linphone' | 'zoiper' | 'baresip' | 'other';

export interface Binding {
  contact_host: string;
  source: string;
  user_agent: string | null;
  transport: string;
  expires_s: number;
  registered_at: string;
}

export interface Credential {
  id: string;
  label: string;
  profile: Profile;
  auth_name: string;
  user_name: string;
  status: 'active' | 'frozen';
  created_at: string;
  created_by: string | null;
  last_registered_at: string | null;
  last_call_at: string | null;
  bindings: Binding[];
  live_calls: number;
  limits: Record<string, unknown>;
}

/** The only answer that ever carries a password. */
export interface NewCredential {
  id: string;
  user_name: string;
  auth_name: string;
  password: string;
  domain: string;
  realm: string;
  proxy: string;
  port: number;
  transport: string;
  label: string;
  profile: Profile;
  uri: string;
}

export interface Revoked {
  bindings_ended: number;
  calls_ended: number;
  nodes_pending: number;
  elapsed_us: number;
}

export interface LiveCall {
  id: string;
  credential: string | null;
  direction: 'out' | 'in';
  to: string;
  from: string;
  started_at: string;
  answered_at: string | null;
}

export interface Call extends LiveCall {
  credential_label: string | null;
  class: string;
  ended_at: string;
  duration_s: number;
  charge: string;
  currency: string;
  cause: string | null;
}

export interface Calls {
  calls: Call[];
  live: LiveCall[];
}

export interface LogEvent {
  id: string;
  at: string;
  kind: string;
  /** Where a device was refused: why. */
  reason: string | null;
  text: string;
  line: string | null;
  credential_label: string | null;
  source: string | null;
}

/** What a device has just tried on a line; told while a page looks, and not kept. */
export interface Attempt {
  topic: string;
  what: 'attempt';
  at: string;
  method: string;
  /** Whose auth name it was; null: nobody's. */
  credential: string | null;
  /** Its digest was right. */
  verified: boolean;
  status: number;
  /** `ok`, `no_credentials` (it was asked for them), or why it was refused. */
  reason: string;
  text: string | null;
  number: string | null;
  auth_name: string | null;
  transport: string;
  source: string;
  user_agent: string | null;
}

/** One message of the stream: re-fetch what this touches. */
export interface Change {
  topic: string;
  what: 'bindings' | 'calls' | 'credentials' | 'events';
}
