import { defaultRangeExtractor, type Range, useVirtualizer, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, useCallback, useLayoutEffect, useRef, useState } from "react";
import type { Line } from "./sortListed.ts";

/** As high as a row usually is, in pixels. Each is measured when it is drawn. */
const ROW = 57;
/** How many rows are drawn above and below those that are seen. */
const MORE = 10;

/** Which rows are drawn and where. `keep` remembers the row that has the focus, which stays drawn. */
export function useNearRows(lines: Line[], body: { current: HTMLElement | null }) {
  const { pane, top } = usePlace(body, lines.length);
  const focused = useRef<number | undefined>(undefined);
  const rangeExtractor = useCallback((range: Range) => {
    const shown = defaultRangeExtractor(range);
    const kept = focused.current;
    return kept === undefined || kept >= range.count || shown.includes(kept)
      ? shown
      : [...shown, kept].sort((one, other) => one - other);
  }, []);
  const options = {
    count: lines.length,
    estimateSize: () => ROW,
    getItemKey: (index: number) => keyOf(lines[index]),
    scrollMargin: top,
    overscan: MORE,
    rangeExtractor,
  };
  const inPage = useWindowVirtualizer({ ...options, enabled: pane === null });
  const inPane = useVirtualizer({ ...options, enabled: pane !== null, getScrollElement: () => pane });
  const virtualizer = pane === null ? inPage : inPane;
  return {
    rows: virtualizer.getVirtualItems().map(({ index, key, start }) => ({
      index,
      key,
      start: start - top,
      measure: virtualizer.measureElement,
    })),
    height: virtualizer.getTotalSize(),
    keep(event: FocusEvent) {
      // A dialog or a menu of a row is elsewhere in the page: its row stays, too.
      if (!event.currentTarget.contains(event.target)) return;
      const row = event.target.closest<HTMLElement>("[data-index]");
      focused.current = row === null ? undefined : Number(row.dataset.index);
    },
  };
}

/** What scrolls the rows, if it is not the window: where the list is embedded, an app may have it in a pane. */
function usePlace(body: { current: HTMLElement | null }, count: number) {
  const [place, setPlace] = useState<{ pane: Element | null; top: number }>({ pane: null, top: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the number of rows changes whether a pane scrolls
  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return;
    const pane = paneOf(element);
    const scrolled =
      pane === null ? window.scrollY : pane.scrollTop - pane.getBoundingClientRect().top - pane.clientTop;
    const top = element.getBoundingClientRect().top + scrolled;
    setPlace((before) => (before.pane === pane && before.top === top ? before : { pane, top }));
  }, [body, count]);
  return place;
}

/** The nearest pane that has something to scroll. If none has, the nearest one: then all rows are drawn. */
function paneOf(element: Element): Element | null {
  const panes = panesAround(element);
  return panes.find(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight) ?? panes[0] ?? null;
}

function panesAround({ parentElement: around }: Element): Element[] {
  if (around === null || around === document.body) return [];
  const rest = panesAround(around);
  return /auto|scroll/.test(getComputedStyle(around).overflowY) ? [around, ...rest] : rest;
}

function keyOf(line: Line | undefined): string {
  if (line === undefined) return "";
  return line.kind === "group" ? `group ${line.label}` : line.item.segment.id;
}
