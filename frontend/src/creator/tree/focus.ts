// Where the keyboard goes on after something came, went, or was refused.

/** Once React has drawn the change. */
export function focusSoon(id: string) {
  afterRender(() => document.getElementById(id)?.focus());
}

/** The first input that is said to be wrong, once that is drawn. */
export function focusFirstFault() {
  afterRender(() => document.querySelector<HTMLElement>("main [aria-invalid=true]")?.focus());
}

function afterRender(act: () => void) {
  requestAnimationFrame(() => requestAnimationFrame(act));
}
