// Moves the focus after a node was added or removed, or a save failed.

/** Once React has rendered the change. */
export function focusSoon(id: string) {
  afterRender(() => document.getElementById(id)?.focus());
}

/** The first invalid input of an element, once it is rendered. */
export function focusFirstFault(within: Element | null) {
  afterRender(() => within?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}

function afterRender(act: () => void) {
  requestAnimationFrame(() => requestAnimationFrame(act));
}
