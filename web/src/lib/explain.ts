// SPDX-License-Identifier: Apache-2.0
// lib/explain.ts - an error of the API in plain words.

import { pick } from '../messages/tools';
import { ApiError } from './api';
import { t } from './i18n.svelte';

/** 45 seconds, 5 minutes; a moment more than five minutes is still five. */
export function wait(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  return whole < 100 ? t().time.seconds(whole) : t().time.minutes(Math.ceil(whole / 60 - 0.1));
}

export function explain(error: unknown): string {
  const texts = t().errors;
  if (!(error instanceof ApiError)) return texts.unknown;
  switch (error.code) {
    case 'network':
      return texts.network;
    case 'wrong_login':
      return texts.wrong_login;
    case 'wrong_code':
      return texts.wrong_code(error.number('attempts_left'));
    case 'code_expired':
      return texts.code_expired;
    case 'code_locked':
      return texts.code_locked;
  }
  if (error.status === 429) return texts.too_many_attempts(wait(error.number('retry_after_s') ?? 60));
  return pick(texts.codes, error.code) ?? (error.message || texts.unknown);
}
