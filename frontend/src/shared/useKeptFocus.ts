import { useEffect, useLayoutEffect, useRef } from "react";

/** For a button that is disabled while it is busy, which takes the focus from it: gives it back if nothing else has it by then. */
export function useKeptFocus(isBusy: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const hasLost = useRef(false);
  useEffect(() => {
    const element = button.current;
    const note = () => {
      hasLost.current = element?.disabled === true;
    };
    element?.addEventListener("blur", note);
    return () => element?.removeEventListener("blur", note);
  }, []);
  useLayoutEffect(() => {
    if (isBusy || !hasLost.current) return;
    hasLost.current = false;
    if (document.activeElement === document.body) button.current?.focus({ preventScroll: true });
  }, [isBusy]);
  return button;
}
