import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useLayoutEffect, useRef, useState } from "react";

/** A text that is folded to its first lines, and whether that cuts it at its present width. */
export function useFold() {
  const text = useRef<HTMLParagraphElement>(null);
  const { ref: measured, width } = useElementSize<HTMLParagraphElement>();
  const [isFolded, setIsFolded] = useState(true);
  const [isCut, setIsCut] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width breaks other lines
  useLayoutEffect(() => {
    if (text.current !== null && isFolded) setIsCut(text.current.scrollHeight > text.current.clientHeight + 1);
  }, [isFolded, width]);
  return { ref: useMergedRef(text, measured), isFolded, isCut, toggle: () => setIsFolded((before) => !before) };
}
