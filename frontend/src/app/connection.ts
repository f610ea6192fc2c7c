// Whether the server can be reached. While it cannot, its health is asked every few seconds.
import { store } from "../shared/store.ts";

const EVERY = 2_000;

const isLost = store(false);
const returned = new Set<() => void>();

export const useIsLost = isLost.use;

/** Calls back whenever the connection is there again. */
export function onReturn(callback: () => void): () => void {
  returned.add(callback);
  return () => returned.delete(callback);
}

export function noteLoss() {
  if (isLost.get()) return;
  isLost.set(true);
  ask();
}

export function noteAnswer() {
  if (isLost.get()) isLost.set(false);
}

function ask() {
  window.setTimeout(async () => {
    if (!isLost.get()) return;
    const response = await fetch("/healthz").catch(() => undefined);
    if (response?.ok !== true) return ask();
    isLost.set(false);
    for (const callback of returned) callback();
  }, EVERY);
}
