// SPDX-License-Identifier: Apache-2.0
// lib/router.svelte.ts - the page's address, and who may ask before it is left.

class Address {
  path = $state(location.pathname);
}

const address = new Address();

/** Asked before the page is left; answers through `leave` when it agrees. */
export type Guard = (leave: () => void) => void;

let guard: Guard | undefined;

export function path(): string {
  return address.path;
}

function enter(to: string): void {
  address.path = to;
  scrollTo(0, 0);
}

/** Does what ends the page's life, once nobody minds. */
export function leaveFor(deed: () => void): void {
  if (guard) guard(deed);
  else deed();
}

export function go(to: string, { replace = false } = {}): void {
  leaveFor(() => {
    history[replace ? 'replaceState' : 'pushState'](null, '', to);
    enter(location.pathname);
  });
}

function unloading(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** Returns what takes the guard away again. */
export function guardLeaving(ask: Guard): () => void {
  guard = ask;
  addEventListener('beforeunload', unloading);
  return () => {
    if (guard === ask) guard = undefined;
    removeEventListener('beforeunload', unloading);
  };
}

function popped(): void {
  const to = location.pathname;
  if (!guard) return enter(to);
  // The browser has moved already: put the address back, then ask.
  history.pushState(null, '', address.path);
  guard(() => {
    history.pushState(null, '', to);
    enter(to);
  });
}

function isPlainClick(event: MouseEvent): boolean {
  return !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey
    || event.shiftKey || event.altKey);
}

function clicked(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest?.('a');
  if (!link || !isPlainClick(event) || link.target || link.origin !== location.origin) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  go(link.pathname);
}

export function startRouter(): void {
  addEventListener('popstate', popped);
  document.addEventListener('click', clicked);
}
