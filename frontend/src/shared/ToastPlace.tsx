// Where messages appear. What lies outside of a dialog can be reached neither by keyboard nor by screen readers.
import { useLayoutEffect, useRef } from "react";
import { useHost } from "./host.ts";
import { createStore } from "./store.ts";

const places = createStore<HTMLElement[]>([]);

/** The place in the uppermost dialog, or the page itself. */
export function useToastPlace(): HTMLElement {
  const { layer } = useHost();
  return places.use().at(-1) ?? layer();
}

/** How many dialogs are open. */
export function countDialogs(): number {
  return places.get().length;
}

/** Whether no other dialog is above this one. Escape is heard by every dialog that is open, and is meant for the uppermost. */
export function isUppermost(dialog: HTMLElement | null): boolean {
  return places.get().at(-1)?.closest("[role=dialog]") === dialog;
}

/** Stands at the end of a dialog. In the flow of a small one, where messages would cover its buttons. */
export function ToastPlace({ isInFlow = false }: { isInFlow?: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    places.set([...places.get(), element]);
    return () => places.set(places.get().filter((other) => other !== element));
  }, []);
  return <div ref={place} data-in-flow={isInFlow} />;
}
