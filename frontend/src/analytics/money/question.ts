// What is asked: as it stands in the address, in the form, and as params.
import type { By, CreditModel, GetSegmentRevenueParams } from "../../api/client.ts";
import type { MoneySearch } from "../../app/routes.ts";
import { daysBefore } from "../pieces/days.ts";
import { chosenOf } from "../pieces/families.ts";
import { UNITS } from "../pieces/periods.ts";

export const MOST_SEGMENTS = 50;

export const BASES = { member: "Segments they are in", entered: "Segments they joined before" };

export const BYS: Record<By, string> = { none: "The whole range", ...UNITS };

/** All that the form has, as texts. */
export type MoneyDraft = Required<{ [name in keyof MoneySearch]: string }>;

/** What is not in the address is as usual: the lifecycle, by week, of the last 30 days. */
export function draftOf(search: MoneySearch, now: Date): MoneyDraft {
  const usual: MoneyDraft = {
    family: "lifecycle",
    segments: "",
    model: "equal",
    basis: "member",
    within: "7d",
    from: daysBefore(now, 30),
    to: daysBefore(now, 0),
    by: "week",
  };
  return { ...usual, ...search };
}

/** What goes into the address: nothing that does not matter. */
export function searchOf({ segments, within, ...draft }: MoneyDraft): MoneySearch {
  return {
    ...draft,
    ...(draft.family === "segments" && { segments }),
    ...(draft.basis === "entered" && { within }),
  };
}

/** Nothing while no segment is chosen. */
export function paramsOf(draft: MoneyDraft): GetSegmentRevenueParams | undefined {
  const chosen = chosenOf(draft, 1);
  const { model, within, from, to, by } = draft;
  const basis = draft.basis === "entered" ? { basis: "entered" as const, within } : {};
  return chosen && { ...chosen, ...basis, model: modelOf(model), from, to, by: by in BYS ? (by as By) : "week" };
}

export function modelOf(model: string): CreditModel {
  return model === "last" || model === "full" ? model : "equal";
}

export function missingOf(draft: MoneyDraft): Partial<MoneyDraft> {
  return chosenOf(draft, 1) === undefined ? { segments: "" } : {};
}
