// SPDX-License-Identifier: Apache-2.0
// messages/tools.ts - what the catalogues share, and looking up a code of the server.

export const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const pair = (name: string, hint: string): [name: string, hint: string] => [name, hint];

/** A code may be newer than these pages: then there is no text for it. */
export function pick<T>(texts: Record<string, T>, code: string): T | undefined {
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}
