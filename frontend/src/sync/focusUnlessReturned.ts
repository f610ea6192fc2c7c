import type { RefObject } from "react";

/** For when a dialog closes whose opener may be gone: then another place gets the focus. */
export function focusUnlessReturned(place: RefObject<HTMLElement | null>) {
  // The dialog returns the focus in the next frame.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) place.current?.focus({ preventScroll: true });
    }),
  );
}
