// Moves the focus after a node was added or removed, or a save failed.

/** Once React has rendered the change. */
export function focusSoon(id: string) {
  afterRender(() => document.getElementById(id)?.focus());
}

/** The first invalid input, once it is rendered. */
export function focusFirstFault() {
  afterRender(() => document.querySelector<HTMLElement>("main [aria-invalid=true]")?.focus());
}

function afterRender(act: () => void) {
  requestAnimationFrame(() => requestAnimationFrame(act));
}
