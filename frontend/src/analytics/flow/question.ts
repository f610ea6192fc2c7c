// What is asked: as it stands in the address, in the form, and as params.
import type { GetSegmentFlowParams } from "../../api/client.ts";
import type { FlowSearch } from "../../app/routes.ts";
import { listOf, textOf } from "../../shared/lists.ts";
import { daysBefore } from "../pieces/days.ts";
import { chosenOf, type FamilyDraft } from "../pieces/families.ts";
import { NOW } from "../queries.ts";

export const MOST_SEGMENTS = 20;
export const MOST_POINTS = 13;

export type FlowDraft = FamilyDraft & { at: string };

/** What is not in the address is as usual: the lifecycle, 30 days ago and now. */
export function draftOf({ family, segments, at }: FlowSearch, now: Date): FlowDraft {
  return {
    family: family ?? "lifecycle",
    segments: segments ?? "",
    at: at ?? textOf([daysBefore(now, 30), NOW]),
  };
}

/** Nothing while there are too few segments. */
export function paramsOf(draft: FlowDraft): GetSegmentFlowParams | undefined {
  const chosen = chosenOf(draft, 2);
  return chosen && { ...chosen, at: listOf(draft.at) };
}

export function missingOf(draft: FlowDraft): Partial<FlowDraft> {
  return chosenOf(draft, 2) === undefined ? { segments: "Choose at least 2 segments." } : {};
}

/** What goes into the address: nothing that does not matter, nor who was looked at. */
export function searchOf({ family, segments, at }: FlowDraft): FlowSearch {
  return { family, at, ...(family === "segments" && { segments }) };
}

/** With one more point halfway between the last two. */
export function withPoint(points: string[], now: Date): string[] {
  const timeOf = (point: string | undefined) =>
    point === undefined || point === NOW ? now.getTime() : new Date(point).getTime();
  const [before, last] = points.slice(-2);
  const middle = new Date((timeOf(before) + timeOf(last)) / 2);
  const point = Number.isNaN(middle.getTime()) ? daysBefore(now, 1) : daysBefore(middle, 0);
  return points.toSpliced(points.length - 1, 0, point);
}
