import { useEffect, useRef } from "react";

/** The browser asks before the page goes. The router would see to it only where the address is its own. */
export function useUnloadGuard(isDirty: () => boolean) {
  const latest = useRef(isDirty);
  latest.current = isDirty;
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      if (latest.current()) event.preventDefault();
    };
    window.addEventListener("beforeunload", guard);
    return () => window.removeEventListener("beforeunload", guard);
  }, []);
}
