// What happens is also said to those who do not see it.
import { store } from "./store.ts";

const said = store("");

/** Says it, also if it is the same as before. */
export function announce(text: string) {
  // A trailing space makes equal texts differ, so that screen readers speak again.
  said.set(text === said.get() ? `${text} ` : text);
}

export function Announcer() {
  return (
    <div role="status" aria-live="polite" className="unseen">
      {said.use()}
    </div>
  );
}
