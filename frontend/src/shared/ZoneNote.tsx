import { announce } from "./Announcer.tsx";
import { setIsUtc, useIsUtc, zoneName } from "./zone.ts";

/** Names the zone of all times of a page, once, and changes it: by touch and by keyboard, where pointing shows nothing. */
export function ZoneNote() {
  const isUtc = useIsUtc();
  const own = zoneName();
  function toggle() {
    setIsUtc(!isUtc);
    announce(`Times are in ${isUtc ? own : "UTC"}`);
  }
  return (
    <p className="zone">
      Times are in {isUtc ? "UTC" : own}.{" "}
      {own !== "UTC" && (
        <button type="button" onClick={toggle}>
          Show {isUtc ? own : "UTC"}
        </button>
      )}
    </p>
  );
}
