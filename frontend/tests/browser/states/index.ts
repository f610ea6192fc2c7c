// Every screen of the console and its states, for what is tested on all of them.

import { ANALYTICS } from "./analytics.ts";
import { CREATOR } from "./creator.ts";
import { PEOPLE } from "./people.ts";
import { RUNS } from "./runs.ts";
import { SEGMENT } from "./segment.ts";
import { SEGMENTS } from "./segments.ts";
import { SESSION } from "./session.ts";
import { SETTINGS } from "./settings.ts";
import type { States } from "./state.ts";

/** Every screen, and its states. */
export const STATES: States = {
  ...SESSION,
  ...SEGMENTS,
  ...SEGMENT,
  ...CREATOR,
  ...ANALYTICS,
  ...PEOPLE,
  ...RUNS,
  ...SETTINGS,
};
