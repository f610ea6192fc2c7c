// What a reader of the figures must know, in plain words.
import type { Note, Segment } from "../../api/client.ts";
import { quotedName } from "../../segments/health.ts";
import { formatDateTime, pluralize } from "../../shared/format.ts";

type Named = Pick<Segment, "id" | "name">[];

const LIST = new Intl.ListFormat("en");

/** Each once. Segments whose histories begin together are named together. */
export function noteTexts(notes: Note[], named: Named): string[] {
  const begun = notes.filter((note) => note.kind === "historyBegins");
  const texts = notes.map((note) => {
    const together = note.kind === "historyBegins" ? begun.filter(({ at }) => at === note.at) : [];
    const ids = [...new Set(together.map(({ segment }) => segment))];
    return ids.length > 1 ? historiesText(ids, together[0]?.at ?? "", named) : noteText(note, named);
  });
  return [...new Set(texts)];
}

function historiesText(ids: string[], at: string, named: Named): string {
  const names = LIST.format(ids.map((id) => quotedName(id, named)));
  return `The histories of ${names} begin on ${formatDateTime(at)}. Before that, no one is known to have been in them.`;
}

export function noteText(note: Note, named: Named): string {
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
