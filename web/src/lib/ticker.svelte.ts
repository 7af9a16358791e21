// SPDX-License-Identifier: Apache-2.0
// lib/ticker.svelte.ts - the time, for what counts up or down on a page.

import { onMount } from 'svelte';

/** To be called while a component is set up. */
export function ticker(): { readonly now: number } {
  let now = $state(Date.now());
  onMount(() => {
    const timer = setInterval(() => (now = Date.now()), 1_000);
    return () => clearInterval(timer);
  });
  return {
    get now() {
      return now;
    },
  };
}
