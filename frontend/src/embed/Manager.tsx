import { AudienceManager } from "../segments/AudienceManager.tsx";
import { useLatestRun, useRefreshWhenFinished } from "../segments/useRun.ts";
import { ZoneNote } from "../shared/ZoneNote.tsx";

/** The list, with what the frame of the console has around it: it follows runs, and names the zone. */
export function Manager() {
  useRefreshWhenFinished(useLatestRun().run);
  return (
    <>
      <AudienceManager />
      <ZoneNote />
    </>
  );
}
