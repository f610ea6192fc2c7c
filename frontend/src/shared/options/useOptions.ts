// The keyboard of a text input with a list of options: the focus stays in the input, which names the current one.
import { type KeyboardEvent, useId, useState } from "react";
import { inGroups } from "./findOptions.ts";
import type { Option } from "./missingOptions.ts";

interface Settings {
  /** Those that are listed. */
  options: Option[];
  /** Whether the first of them is the current one at once. */
  hasFirst: boolean;
  /** The value that is chosen, which is the current one until another is. */
  chosen?: string | undefined;
  onChoose: (option: Option) => void;
}

export function useOptions({ options, hasFirst, chosen, onChoose }: Settings) {
  const list = useId();
  const [isOpen, setIsOpen] = useState(false);
  const [place, setPlace] = useState<number>();
  const groups = inGroups(options);
  const inOrder = groups.flatMap(([, members]) => members);
  const chosenPlace = inOrder.findIndex(({ value }) => value === chosen);
  const at = place ?? (hasFirst ? 0 : chosenPlace === -1 ? undefined : chosenPlace);
  const current = isOpen && at !== undefined ? inOrder[Math.min(at, inOrder.length - 1)] : undefined;
  const idOf = ({ value }: Option) => `${list}-${inOrder.findIndex((option) => option.value === value)}`;

  function close() {
    setIsOpen(false);
    setPlace(undefined);
  }
  function move(step: 1 | -1) {
    setIsOpen(true);
    if (!isOpen || inOrder.length === 0) return;
    const from = current === undefined ? (step === 1 ? -1 : 0) : inOrder.indexOf(current);
    setPlace((from + step + inOrder.length) % inOrder.length);
  }
  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape" && isOpen) close();
    else if (event.key === "Enter" && current !== undefined) onChoose(current);
    else return;
    event.preventDefault();
  }
  return {
    isOpen,
    close,
    /** After the text was changed. */
    begin() {
      setIsOpen(true);
      setPlace(undefined);
    },
    input: {
      role: "combobox",
      autoComplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": isOpen,
      "aria-controls": isOpen && inOrder.length > 0 ? list : undefined,
      "aria-activedescendant": current && idOf(current),
      // Escape closes the list, and not the dialog around it.
      "data-mantine-stop-propagation": isOpen || undefined,
      onKeyDown: press,
      onClick: () => setIsOpen(true),
      onBlur: close,
    } as const,
    list: {
      id: list,
      groups,
      current,
      idOf,
      onPoint: (option: Option) => setPlace(inOrder.indexOf(option)),
      onChoose,
    },
  };
}
