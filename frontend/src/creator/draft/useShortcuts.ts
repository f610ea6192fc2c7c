import { useEffect } from "react";
import { useHost } from "../../shared/host.ts";

/** Ctrl+S; Ctrl+Z and Ctrl+Shift+Z or Ctrl+Y, also while one types: a text field knows only its own past. */
export function useShortcuts(undo: () => void, redo: () => void, save: () => void) {
  const { owns } = useHost();
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (!(event.target instanceof Element && owns(event.target))) return;
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      const isRedo = (key === "z" && event.shiftKey) || key === "y";
      if (key !== "z" && key !== "s" && !isRedo) return;
      event.preventDefault();
      if (key === "s") save();
      else if (isRedo) redo();
      else undo();
    }
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [undo, redo, save, owns]);
}
