// Why somebody joined or left, in words.
import type { Cause } from "../api/client.ts";

export const CAUSES: Record<Cause, string> = {
  run: "Run",
  user_run: "Evaluated alone",
  admin: "By hand",
  segment_saved: "Definition saved",
  segment_deleted: "Segment deleted",
  host_deleted: "Deleted by your app",
  erasure: "Erased",
};
