// SPDX-License-Identifier: Apache-2.0
// lib/lines.ts - one line among the customer's, and why it may not have credentials.

import { pick } from '../messages/tools';
import { getLines } from './api';
import { date } from './format';
import { t } from './i18n.svelte';
import { about, follow, type Followed } from './live.svelte';
import type { Line } from './types';

/** Null when the customer has no such line. To be called while a component is set up. */
export function followLine(number: () => string): Followed<Line | null> {
  return follow(
    async () => (await getLines()).find((line) => line.number === number()) ?? null,
    about(number, 'bindings', 'credentials'),
  );
}

export function whyNot(line: Line): string {
  const reason = pick<(from: string) => string>(t().lines.reasons, line.reason ?? '');
  if (reason) return reason(line.credentials_from ? date(line.credentials_from) : '');
  return line.reason_text || t().lines.notPossible;
}
