// Announces changes to screen readers.
import { createStore } from "./store.ts";

const message = createStore("");

/** Says it, also if it is the same as before. */
export function announce(text: string) {
  // A trailing space makes equal texts differ, so that screen readers speak again.
  message.set(text === message.get() ? `${text} ` : text);
}

export function Announcer() {
  return (
    <div role="status" aria-live="polite" className="unseen">
      {message.use()}
    </div>
  );
}
