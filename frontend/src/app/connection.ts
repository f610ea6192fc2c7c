// Whether the server can be reached. While it cannot, its health is asked every few seconds.
import { createStore } from "../shared/store.ts";

const POLL_INTERVAL = 2_000;

const isOffline = createStore(false);
const reconnectListeners = new Set<() => unknown>();

export const useIsOffline = isOffline.use;

/** Calls back whenever the connection is there again. */
export function onReconnect(callback: () => unknown): () => void {
  reconnectListeners.add(callback);
  return () => reconnectListeners.delete(callback);
}

export function reportOffline() {
  if (isOffline.get()) return;
  isOffline.set(true);
  pollHealth();
}

export function reportOnline() {
  if (!isOffline.get()) return;
  isOffline.set(false);
  for (const callback of reconnectListeners) callback();
}

function pollHealth() {
  window.setTimeout(async () => {
    if (!isOffline.get()) return;
    const response = await fetch("/healthz").catch(() => undefined);
    if (response?.ok !== true) return pollHealth();
    reportOnline();
  }, POLL_INTERVAL);
}
