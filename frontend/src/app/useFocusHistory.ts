// Going back in the browser returns the focus to what had it when the page was left.
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

export function useFocusHistory() {
  const router = useRouter();
  useEffect(() => {
    const focused = new Map<string | undefined, string | undefined>();
    let isBack = false;
    const stops = [
      router.history.subscribe(({ action }) => {
        isBack = action.type === "BACK";
      }),
      router.subscribe("onBeforeNavigate", ({ fromLocation }) => {
        focused.set(fromLocation?.state.__TSR_key, selectorOf(document.activeElement));
      }),
      router.subscribe("onRendered", ({ toLocation }) => {
        const selector = isBack ? focused.get(toLocation.state.__TSR_key) : undefined;
        if (selector !== undefined) focusWhenThere(selector);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [router]);
}

/** A row of a long list is drawn only once the page is scrolled to where it was. */
const FRAMES = 30;

/** Unless something else has been focused meanwhile. */
function focusWhenThere(selector: string, frames = FRAMES) {
  const element = document.querySelector<HTMLElement>(selector);
  if (element !== null) return element.focus({ preventScroll: true });
  requestAnimationFrame(() => {
    const isFree = document.activeElement?.matches("body, h1") !== false;
    if (frames > 0 && isFree) focusWhenThere(selector, frames - 1);
  });
}

/** How an element is found again after its page was rendered anew. */
function selectorOf(element: Element | null): string | undefined {
  const [label, address] = [element?.getAttribute("aria-label"), element?.getAttribute("href")];
  if (label != null) return `[aria-label="${CSS.escape(label)}"]`;
  return address == null ? undefined : `a[href="${CSS.escape(address)}"]`;
}
