// The zone in which times are shown.
import { readerZone } from "./format.ts";
import { createStore } from "./store.ts";

const isUtc = createStore(false);

/** Whether times are shown in UTC, and not in the zone of the reader. */
export const useIsUtc = isUtc.use;

export const setIsUtc = isUtc.set;

/** As people read it. */
export const zoneName = () => readerZone().replaceAll("_", " ");
