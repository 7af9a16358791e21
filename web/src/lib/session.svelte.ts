// SPDX-License-Identifier: Apache-2.0
// lib/session.svelte.ts - who is signed in, and how far.

import * as api from './api';
import { language, speakLike } from './i18n.svelte';
import * as live from './live.svelte';
import type { Session, SignInAnswer } from './types';

export type Stage = 'loading' | 'unreachable' | 'out' | 'pending' | 'active';

class State {
  stage = $state<Stage>('loading');
  who = $state.raw<Session>();
  maskedMobile = $state('');
  /** Why nobody is signed in; said once on the sign-in page. */
  farewell = $state<'' | 'signed_out' | 'expired'>('');
  /** Something on the page must not be lost when the session ends. */
  held = $state(false);
  endedWhileHeld = $state(false);
}

export const session = new State();

function adopt(answer: Session): void {
  api.useToken(answer.csrf);
  session.who = answer.state === 'active' ? answer : undefined;
  session.maskedMobile = answer.mobile_masked;
  session.stage = answer.state;
  if (answer.state !== 'active') return;
  session.farewell = '';
  void speakLike(answer.language);
  live.start();
}

function leave(farewell: '' | 'signed_out' | 'expired'): void {
  live.stop();
  api.useToken('');
  session.who = undefined;
  session.farewell = farewell;
  session.stage = 'out';
  session.held = session.endedWhileHeld = false;
}

function ended(): void {
  if (session.stage !== 'active' && session.stage !== 'pending') return;
  if (session.held) {
    live.stop();
    session.endedWhileHeld = true;
  } else {
    leave('expired');
  }
}

/** Keeps what is on the page, whatever happens to the session, until let go. */
export function hold(): () => void {
  session.held = true;
  return () => {
    session.held = false;
    if (session.endedWhileHeld) leave('expired');
  };
}

export async function resume(): Promise<void> {
  api.connect({ signedOut: ended, language });
  session.stage = 'loading';
  try {
    adopt(await api.getSession());
  } catch (error) {
    if (error instanceof api.ApiError && error.status === 401) leave('');
    else session.stage = 'unreachable';
  }
}

export async function signIn(login: string, password: string): Promise<void> {
  const answer: SignInAnswer = await api.signIn(login, password);
  api.useToken(answer.csrf);
  if (!answer.second_factor) return adopt(await api.getSession());
  session.farewell = '';
  session.maskedMobile = answer.mobile_masked;
  session.stage = 'pending';
}

export async function confirm(code: string): Promise<void> {
  adopt(await api.sendCode(code));
}

export async function signOut(): Promise<void> {
  try {
    await api.signOut();
  } catch (error) {
    // Already signed out is what was asked for; anything else the person must know.
    if (!(error instanceof api.ApiError && error.status === 401)) throw error;
  }
  leave('signed_out');
}

/** Back from the code to login and password. */
export async function startOver(): Promise<void> {
  try {
    await api.signOut();
  } catch {
    // The unfinished sign-in runs out by itself.
  }
  leave('');
}
