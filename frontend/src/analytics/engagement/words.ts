// The answer in words.
import type { CalendarUnit, EngagementAnswer } from "../../api/client.ts";
import { quotedName } from "../../segments/health.ts";
import type { Named } from "../pieces/names.ts";
import { periodText } from "../pieces/periods.ts";
import type { Sentence } from "../pieces/Sentences.tsx";

/** Of each segment, its last period that is over: `1 of 3 members (33.3%) of “Active” were active in the week of …` */
export function sentencesOf({ segments, zone }: EngagementAnswer, by: CalendarUnit, named: Named): Sentence[] {
  return segments.map(({ id, periods }) => {
    const name = quotedName(id, named);
    const last = periods.findLast(({ complete, activeMembers }) => complete && activeMembers !== null);
    if (last?.activeMembers == null) return { text: `No ${by} of ${name} is known and over.` };
    const { part, of } = last.activeMembers;
    const when = `in the ${by} from ${periodText(last.start, zone)}`;
    if (of === 0) return { text: `${name} had no members ${when}.` };
    return {
      rate: last.activeMembers,
      noun: "members",
      text: `of ${name} ${part === 1 ? "was" : "were"} active ${when}.`,
    };
  });
}
