// SPDX-License-Identifier: Apache-2.0
// lib/live.svelte.ts - the stream of changes, and data that follows it.

import { onMount } from 'svelte';
import { ApiError, getSession } from './api';
import type { Attempt, Change } from './types';

const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 30_000;

/** `null`: anything may have changed. */
type Listener = (change: Change | null) => void;

const listeners = new Set<Listener>();
let source: EventSource | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;
let delay_ms = FIRST_RETRY_MS;

function tell(change: Change | null): void {
  for (const listener of listeners) listener(change);
}

function parse<T = Change>(data: string): T | null {
  try {
    return JSON.parse(data) as T;
  } catch {
    return null;
  }
}

/** A browser gives up on an answer other than 200: find out why, then try again. */
async function revive(): Promise<void> {
  try {
    await getSession();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return;
  }
  if (source) open();
}

function open(): void {
  source?.close();
  const opened = new EventSource('/api/v1/stream');
  source = opened;
  opened.onopen = () => {
    delay_ms = FIRST_RETRY_MS;
    tell(null);
  };
  opened.addEventListener('changed', (event) => tell(parse((event as MessageEvent<string>).data)));
  opened.onerror = () => {
    if (opened !== source || opened.readyState !== EventSource.CLOSED) return;
    clearTimeout(retry);
    retry = setTimeout(() => void revive(), delay_ms);
    delay_ms = Math.min(delay_ms * 2, LAST_RETRY_MS);
  };
}

function shown(): void {
  if (document.visibilityState === 'visible' && source) tell(null);
}

export function start(): void {
  if (source) return;
  open();
  document.addEventListener('visibilitychange', shown);
}

export function stop(): void {
  clearTimeout(retry);
  source?.close();
  source = undefined;
  document.removeEventListener('visibilitychange', shown);
}

/** Data of the server that is fetched again when it may have changed. */
export class Followed<T> {
  data = $state.raw<T>();
  error = $state.raw<unknown>();
  #fetch: () => Promise<T>;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  /**
   * One fetch at a time; what changes meanwhile is fetched once more afterwards. Settles when
   * `data` is as new as this call, or `error` says why not.
   */
  refresh = (): Promise<void> => {
    this.#again = true;
    return (this.#running ??= this.#run());
  };

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        const data = await this.#fetch();
        if (this.#stopped) return;
        this.data = data;
        this.error = undefined;
      } catch (error) {
        if (!this.#stopped) this.error = error;
      }
    }
    this.#running = undefined;
  }

  stop(): void {
    this.#stopped = true;
  }
}

/** To be called while a component is set up: fetches now, and whenever `concerns` says so. */
export function follow<T>(
  fetch: () => Promise<T>,
  concerns: (change: Change) => boolean,
): Followed<T> {
  const followed = new Followed(fetch);
  onMount(() => {
    const listener: Listener = (change) => {
      if (!change || concerns(change)) void followed.refresh();
    };
    void followed.refresh();
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      followed.stop();
    };
  });
  return followed;
}

/** Is this change about that line? */
export function about(
  number: () => string,
  ...what: Change['what'][]
): (change: Change) => boolean {
  return (change) => change.topic === `line:${number()}` && what.includes(change.what);
}

/** What devices try on a line, as they try it; answers how to stop looking. */
export function watchAttempts(number: string, tell: (attempt: Attempt) => void): () => void {
  const opened = new EventSource(`/api/v1/lines/${encodeURIComponent(number)}/attempts`);
  opened.addEventListener('changed', (event) => {
    const told = parse<Attempt | Change>((event as MessageEvent<string>).data);
    if (told?.what === 'attempt') tell(told);
  });
  return () => opened.close();
}
