// What was typed into a search is there again on Back. It may identify a person, so it is in memory alone.
import { useLocation } from "@tanstack/react-router";
import { useEffect, useState } from "react";

const typed = new Map<string, string>();

/** As of a state. `field` tells apart what a page and its tabs ask for. */
export function useKeptText(field: string) {
  const visit = useLocation({ select: ({ state }) => state.__TSR_key });
  const place = `${visit} ${field}`;
  const [text, setText] = useState(() => typed.get(place) ?? "");
  useEffect(() => {
    typed.set(place, text);
  }, [place, text]);
  return [text, setText] as const;
}

/** For another person in the same tab. */
export function forgetTexts() {
  typed.clear();
}
