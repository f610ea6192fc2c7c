import { readerZone } from "./format.ts";

/** Names the zone of all times of a page, once. */
export function ZoneNote() {
  return <p className="zone">Times are in {readerZone().replaceAll("_", " ")}.</p>;
}
