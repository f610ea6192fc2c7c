// Where the focus goes when a dialog closes. Mantine returns it only for dialogs that stay mounted.
import { useEffect, useState } from "react";

const FOCUSABLE = "a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex]";

/** An element around what had the focus, or itself, with its neighbors. */
type Step = [element: Element, next: Element | null, previous: Element | null];

/** Returns the focus on unmount to what has it now. If that is gone by then, to what is nearest to its place. */
export function useReturn() {
  const [trail] = useState(() => trailOf(document.activeElement));
  useEffect(
    () => () => {
      const [opener] = trail[0] ?? [];
      requestAnimationFrame(() => {
        // The dialog led to a page, whose heading has it.
        if (document.activeElement?.matches("h1")) return;
        if (opener?.isConnected) return focus(opener);
        // Who opened the dialog may know a better place, and has two more frames to choose it.
        requestAnimationFrame(() =>
          requestAnimationFrame(() => document.activeElement === document.body && focus(nearest(trail))),
        );
      });
    },
    [trail],
  );
}

function trailOf(focused: Element | null): Step[] {
  const trail: Step[] = [];
  for (let element = focused; element !== null && element !== document.body; element = element.parentElement) {
    trail.push([element, element.nextElementSibling, element.previousElementSibling]);
  }
  return trail;
}

function nearest(trail: Step[]): Element | undefined {
  for (const element of trail.flat()) {
    if (element?.isConnected !== true) continue;
    const found = [element, ...element.querySelectorAll(FOCUSABLE)].find(
      (candidate) => candidate.matches(FOCUSABLE) && candidate.getClientRects().length > 0,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function focus(element: Element | undefined) {
  if (element instanceof HTMLElement) element.focus({ preventScroll: true });
}
