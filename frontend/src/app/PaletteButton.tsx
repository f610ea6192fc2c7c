import { ActionIcon } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useState } from "react";

const Palette = lazy(async () => ({ default: (await import("./Palette.tsx")).Palette }));

const NAME = "Find segments, people and pages";

/** Opens the palette, as Ctrl+K does. */
export function PaletteButton() {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    function listen(event: KeyboardEvent) {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k")
        return;
      event.preventDefault();
      // Above another dialog it would lose what that one asks.
      if (document.querySelector("[role=dialog]") === null) setIsOpen(true);
    }
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={NAME}
        aria-keyshortcuts="Control+K Meta+K"
        title={`${NAME} (Ctrl+K)`}
        onClick={() => setIsOpen(true)}
      >
        <IconSearch size={19} />
      </ActionIcon>
      <Suspense>{isOpen && <Palette title={NAME} onClose={() => setIsOpen(false)} />}</Suspense>
    </>
  );
}
