// SPDX-License-Identifier: Apache-2.0
// lib/days.ts - a list, newest first, cut into days.

import { day } from './format';

export interface Day<T> {
  key: string;
  name: string;
  items: T[];
}

export function byDay<T extends { id: string }>(items: T[], time: (item: T) => string): Day<T>[] {
  const days: Day<T>[] = [];
  for (const item of items) {
    const name = day(time(item));
    const last = days.at(-1);
    if (last?.name === name) last.items.push(item);
    else days.push({ key: item.id, name, items: [item] });
  }
  return days;
}
