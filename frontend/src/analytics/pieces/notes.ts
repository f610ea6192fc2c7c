// What a reader of the figures must know, in plain words.
import type { Note, Segment } from "../../api/client.ts";
import { quotedName } from "../../segments/health.ts";
import { formatDateTime, pluralize } from "../../shared/format.ts";

export function noteText(note: Note, named: Pick<Segment, "id" | "name">[]): string {
  switch (note.kind) {
    case "unbalanced":
      return "Those who joined are not split as the holdout says. Do not trust the difference.";
    case "historyBegins":
      return `The history of ${quotedName(note.segment, named)} begins on ${formatDateTime(note.at)}. Before that, no one is known to have been in it.`;
    case "goalBegins":
      return note.at === null
        ? "No one has ever reached this goal."
        : `This goal was first reached on ${formatDateTime(note.at)}. Those who joined long before that could not be seen reaching it.`;
    case "cutToHorizon":
      return "The range ends later than what is known. Only what has happened so far counts.";
    case "incompletePeriods":
      return `${pluralize(note.count, "period has", "periods have")} not ended and ${note.count === 1 ? "is" : "are"} marked “so far”.`;
    case "definitionChanged":
      return `The definition of ${quotedName(note.segment, named)} changed on ${formatDateTime(note.at)} (version ${note.version}). People joined by different rules before and after.`;
    case "segmentInactive":
      return `${quotedName(note.segment, named)} is turned off: runs don't update it.`;
    case "segmentFailed":
      return `The last run could not evaluate ${quotedName(note.segment, named)}.`;
    case "erasedUsers":
      return `${pluralize(note.count, "person is", "people are")} left out: their data was erased.`;
    case "overlapping":
      return "These segments overlap: a person can count in more than one.";
  }
}
