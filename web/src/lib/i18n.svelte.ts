// SPDX-License-Identifier: Apache-2.0
// lib/i18n.svelte.ts - which language is spoken, and its catalogue (loaded when chosen).

import type { Messages } from '../messages/en';
import type { Language } from './types';

export const LANGUAGES: Record<Language, string> = {
  de: 'Deutsch',
  fr: 'Français',
  it: 'Italiano',
  en: 'English',
};

const STORED_AS = 'ownline-language';

const catalogues: Record<Language, () => Promise<{ messages: Messages }>> = {
  de: () => import('../messages/de'),
  fr: () => import('../messages/fr'),
  it: () => import('../messages/it'),
  en: () => import('../messages/en'),
};

class Speech {
  language = $state<Language>('de');
  messages = $state.raw<Messages>();
}

const speech = new Speech();

/** The messages of the language spoken now; call it where they are shown. */
export function t(): Messages {
  if (!speech.messages) throw new Error('no language loaded yet');
  return speech.messages;
}

export function language(): Language {
  return speech.language;
}

/** For Intl: the language as written in Switzerland. */
export function locale(): string {
  return `${speech.language}-CH`;
}

function isLanguage(code: string | null | undefined): code is Language {
  return code != null && Object.hasOwn(LANGUAGES, code);
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    return null;
  }
}

async function load(code: Language): Promise<void> {
  const { messages } = await catalogues[code]();
  speech.language = code;
  speech.messages = messages;
  document.documentElement.lang = `${code}-CH`;
}

/** The language that was chosen here once, or the browser's, or German. */
export async function speakFirst(): Promise<void> {
  const wishes = [stored(), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  await load(wishes.find(isLanguage) ?? 'de');
}

/** Chosen by hand: remembered in this browser. */
export async function choose(code: Language): Promise<void> {
  await load(code);
  try {
    localStorage.setItem(STORED_AS, code);
  } catch {
    // Storage is closed here: the choice lasts as long as the page.
  }
}

/** The login's own language, unless this browser was told otherwise. */
export async function speakLike(code: string): Promise<void> {
  if (!isLanguage(stored()) && isLanguage(code) && code !== speech.language) await load(code);
}
