// What happens is also said to those who do not see it.
import { useSyncExternalStore } from "react";

let said = "";
const listeners = new Set<() => void>();

/** Says it, also if it is the same as before. */
export function announce(text: string) {
  // A trailing space makes equal texts differ, so that screen readers speak again.
  said = text === said ? `${text} ` : text;
  for (const listener of listeners) listener();
}

export function Announcer() {
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
  return (
    <div role="status" aria-live="polite" className="unseen">
      {text}
    </div>
  );
}
