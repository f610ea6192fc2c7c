// Flows in words: what states are called, the largest moves, and who can be listed.
import type { FlowAnswer, FlowStep, Shown } from "../../api/client.ts";
import { quotedName } from "../../segments/health.ts";
import { formatDateTime, pluralize } from "../../shared/format.ts";
import { type Named, nameOf } from "../pieces/names.ts";
import type { Sentence } from "../pieces/Sentences.tsx";

const TOLD = 3;

const STATES: Record<string, string> = {
  none: "None of them",
  multiple: "Several of them",
  absent: "Not there yet",
  erased: "Erased",
};

export const isSegment = (state: string) => !(state in STATES);

export const stateName = (state: string, named: Named) => STATES[state] ?? nameOf(state, named);

/** In a sentence. */
const quoted = (state: string, named: Named) => STATES[state]?.toLowerCase() ?? quotedName(state, named);

export const totalOf = (step: FlowStep, row: number) => step.matrix[row]?.[0]?.of ?? 0;

export function columnTotalOf({ matrix }: FlowStep, column: number): number {
  return matrix.reduce((sum, row) => sum + (row[column]?.part ?? 0), 0);
}

/** The places of states that are shown: all segments, and else those in which somebody ever was. */
export function shownStates({ states, steps }: FlowAnswer): number[] {
  return [...states.keys()].filter(
    (place) =>
      isSegment(states[place] ?? "") ||
      steps.some((step) => totalOf(step, place) > 0 || columnTotalOf(step, place) > 0),
  );
}

/** The largest moves of all steps. */
export function movesOf({ states, steps }: FlowAnswer, named: Named): Sentence[] {
  const cells = steps.flatMap((step) =>
    step.matrix.flatMap((row, before) => row.map((rate, after) => ({ step, rate, before, after }))),
  );
  const moves = cells.filter(({ rate, before, after }) => before !== after && rate.part > 0);
  const largest = moves.toSorted((one, other) => other.rate.part - one.rate.part).slice(0, TOLD);
  if (largest.length === 0) return [{ text: "No one moved." }];
  return largest.map(({ step, rate, before, after }) => {
    const when = steps.length === 1 ? "" : ` between ${formatDateTime(step.from)} and ${formatDateTime(step.to)}`;
    return { rate, text: `${moveText(states[before] ?? "", states[after] ?? "", named)}${when}.` };
  });
}

function moveText(before: string, after: string, named: Named): string {
  if (after === "erased") return `in ${quoted(before, named)} were erased`;
  if (before === "absent") return `who were not there yet came into ${quoted(after, named)}`;
  return `moved from ${quoted(before, named)} to ${quoted(after, named)}`;
}

/** All changes, also those that were undone within the step. */
export function changesText({ moves: { entered, left } }: FlowStep): string {
  return `In between, people joined these segments ${pluralize(entered, "time")} and left them ${pluralize(left, "time")}.`;
}

export interface Who {
  segment: string;
  show: Shown;
}

/**
 * Who is in a cell, where members at two instants are just these: who stayed in a segment; all who left it, if they went
 * to one state; all who came, if they came from one. Nothing where somebody is in several segments.
 */
export function whoIn(states: string[], step: FlowStep, before: number, after: number): Who | undefined {
  const part = step.matrix[before]?.[after]?.part ?? 0;
  const several = states.indexOf("multiple");
  if (part === 0 || totalOf(step, several) > 0 || columnTotalOf(step, several) > 0) return undefined;
  const stayed = (place: number) => step.matrix[place]?.[place]?.part ?? 0;
  const [source = "", target = ""] = [states[before], states[after]];
  if (before === after) return isSegment(source) ? { segment: source, show: "both" } : undefined;
  if (isSegment(source) && part === totalOf(step, before) - stayed(before)) return { segment: source, show: "onlyA" };
  if (isSegment(target) && part === columnTotalOf(step, after) - stayed(after))
    return { segment: target, show: "onlyB" };
  return undefined;
}

/** By which the number is found again that led to people. */
export const whoKey = (step: number, { segment, show }: Who) => `${step} ${segment} ${show}`;

export function whoText({ segment, show }: Who, named: Named): string {
  const name = quotedName(segment, named);
  if (show === "both") return `In ${name} at both times`;
  return show === "onlyA" ? `In ${name} before, and not after` : `In ${name} after, and not before`;
}
