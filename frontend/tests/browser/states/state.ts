// What a state of a screen is, and what several of them begin with.
import type { Page } from "@playwright/test";
import type { CriteriaItem } from "../../../src/api/client.ts";
import type { Api, App } from "../fixtures.ts";

export interface State {
  path: string;
  signedIn?: boolean;
  /** Whether only the uppermost dialog is new, and what lies below it is a state of its own. */
  above?: boolean;
  reach: (page: Page, app: App) => Promise<void>;
}

export type States = Record<string, State>;

/** A custom segment, by its id. */
export async function custom(api: Api, name: string): Promise<string> {
  const criteria: CriteriaItem[] = [{ field: "level", operator: ">", value: 3 }];
  const made = await api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  return made.segment.segmentValue;
}

/** Gives a custom segment its second version. */
export async function saveVersion(api: Api, segmentValue: string, name: string) {
  const criteria: CriteriaItem[] = [{ field: "level", operator: ">", value: 4 }];
  await api.call("adminAudience.updateCustomSegment", { segmentValue, version: 1, name, combineWith: "AND", criteria });
}
