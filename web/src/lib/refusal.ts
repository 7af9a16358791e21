// SPDX-License-Identifier: Apache-2.0
// lib/refusal.ts - why a device was refused, in the page's language.

import { t } from './i18n.svelte';
import type { LogEvent } from './types';

/** The log carries a sentence and no code: known ones are recognised by their words. */
const known = [
  { words: /where the authentication name belongs/, reason: 'number_as_auth_name' },
  { words: /wrong password/, reason: 'wrong_password' },
] as const;

export function whyRefused(event: LogEvent): string {
  const found = known.find(({ words }) => words.test(event.text));
  return found ? t().reveal.refusals[found.reason] : event.text;
}
