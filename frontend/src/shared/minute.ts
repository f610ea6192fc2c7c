// One clock for everything that says how long ago something was.
import { useEffect, useReducer } from "react";

const MINUTE = 60_000;

const listeners = new Set<() => void>();
let timer: number | undefined;

/** The time now, in milliseconds, with a new rendering at least each minute. */
export function useMinute(): number {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (listeners.size === 0) timer = window.setInterval(tick, MINUTE);
    listeners.add(render);
    return () => {
      listeners.delete(render);
      if (listeners.size === 0) window.clearInterval(timer);
    };
  }, []);
  return Date.now();
}

function tick() {
  for (const render of listeners) render();
}
