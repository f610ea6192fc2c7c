import { useEffect, useRef, useState } from "react";

/** For a menu whose code came with the press of its button: it opens at once, and gives the focus back to its button. */
export function useOpenedMenu() {
  const button = useRef<HTMLButtonElement>(null);
  const [opened, onChange] = useState(false);
  useEffect(() => {
    // The button that was pressed is gone: another one took its place.
    button.current?.focus();
    onChange(true);
  }, []);
  return { button, menu: { opened, onChange } };
}
