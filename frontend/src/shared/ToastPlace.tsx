// Where messages appear. What lies outside of a dialog can be reached neither by keyboard nor by screen readers.
import { useLayoutEffect, useRef } from "react";
import { createStore } from "./store.ts";

const places = createStore<HTMLElement[]>([]);

/** The place in the uppermost dialog, or the page itself. */
export function useToastPlace(): HTMLElement {
  return places.use().at(-1) ?? document.body;
}

/** Stands at the end of a dialog. */
export function ToastPlace() {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    places.set([...places.get(), element]);
    return () => places.set(places.get().filter((other) => other !== element));
  }, []);
  return <div ref={place} />;
}
