// Whether the server can be reached. While it cannot, its health is asked every few seconds.
import { useSyncExternalStore } from "react";

const EVERY = 2_000;

let isLost = false;
const listeners = new Set<() => void>();
const returned = new Set<() => void>();

export function useIsLost(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => isLost,
  );
}

/** Calls back whenever the connection is there again. */
export function onReturn(callback: () => void): () => void {
  returned.add(callback);
  return () => returned.delete(callback);
}

export function noteLoss() {
  if (isLost) return;
  change(true);
  ask();
}

export function noteAnswer() {
  if (isLost) change(false);
}

function ask() {
  window.setTimeout(async () => {
    if (!isLost) return;
    const response = await fetch("/healthz").catch(() => undefined);
    if (response?.ok !== true) return ask();
    change(false);
    for (const callback of returned) callback();
  }, EVERY);
}

function change(next: boolean) {
  isLost = next;
  for (const listener of listeners) listener();
}
