// SPDX-License-Identifier: Apache-2.0
// lib/refusal.ts - why a device was refused, in the page's language.

import { pick } from '../messages/tools';
import { t } from './i18n.svelte';
/** By its stable reason; one that is newer than this page in the server's own words. */
export function whyRefused(refused: { reason: string | null; text: string | null }): string {
  return (refused.reason && pick(t().reveal.refusals, refused.reason)) || (refused.text ?? '');
}
