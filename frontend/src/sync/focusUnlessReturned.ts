import type { RefObject } from "react";

/** Call this when a dialog closes and its opener may be gone: `place` then gets the focus. */
export function focusUnlessReturned(place: RefObject<HTMLElement | null>) {
  // The dialog returns the focus in the next frame.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
    }),
  );
}
