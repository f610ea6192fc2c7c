// Drag and drop of conditions and groups with a mouse. The keyboard has buttons for the same.
import { type DragEvent, useState } from "react";
import { useBuilder } from "./builderContext.ts";
import type { Side } from "./treeEdits.ts";

/** What is dragged, so that nothing else can be dropped here. */
const TYPE = "application/x-audience-node";

/** What is dragged by its handle, and shown with all that belongs to it. */
export const dragProps = (id: string) => ({
  draggable: true,
  onDragStart({ dataTransfer, currentTarget }: DragEvent) {
    dataTransfer.setData(TYPE, id);
    dataTransfer.effectAllowed = "move";
    const whole = currentTarget.closest("[data-node]");
    if (whole !== null) dataTransfer.setDragImage(whole, 0, 0);
  },
});

/** Takes what is dropped on the upper half before the node, on the lower half after it. */
export function useDrop(id: string) {
  const { place } = useBuilder();
  const [side, setSide] = useState<Side>();
  return {
    "data-drop": side,
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes(TYPE)) return;
      // The innermost node takes it.
      event.preventDefault();
      event.stopPropagation();
      setSide(sideOf(event));
    },
    onDragLeave: () => setSide(undefined),
    onDrop(event: DragEvent) {
      if (!event.dataTransfer.types.includes(TYPE)) return;
      event.preventDefault();
      event.stopPropagation();
      setSide(undefined);
      place(event.dataTransfer.getData(TYPE), id, sideOf(event));
    },
  };
}

function sideOf({ currentTarget, clientY }: DragEvent): Side {
  const { top, height } = currentTarget.getBoundingClientRect();
  return clientY < top + height / 2 ? "before" : "after";
}
