"""Entrants of a segment and whether they converted.

Conversion, comparison and lift share them.
"""

from collections import Counter
from typing import NamedTuple

from goals import any_at_or_before, first_after, occurrences
from question import Question
from stays import COUNTED

EVERY_KIND = COUNTED | {"firstSeen", "definition"}


class Entrant(NamedTuple):
    user: str
    entry: int
    mature: bool
    converted_at: int | None


class Entrants:
    """What happened to those who entered in the range."""

    def __init__(self, question: Question, segment: str, goal: dict, within: int):
        self.question, self.segment, self.within = question, segment, within
        self.occurrences = occurrences(question, goal)
        start, end = question.range
        self.entries = question.membership.entries(segment, start, end)
        self.entrants = [self._entrant(entry) for entry in self._counted()]
        self.mature = [entrant for entrant in self.entrants if entrant.mature]
        self.converted = [entrant for entrant in self.mature if entrant.converted_at is not None]
        self.pending = [entrant for entrant in self.entrants if not entrant.mature]
        self.pending_converted = sum(entrant.converted_at is not None for entrant in self.pending)
        self.erased = len(question.membership.erased_entrants(segment, start, end))

    def of(self, user: str) -> list:
        return self.occurrences.get(user, [])

    def _counted(self):
        """The first counted entry of each user, or each one; newOnly."""
        params, seen = self.question.params, set()
        wanted = EVERY_KIND if params.get("entries") == "all" else COUNTED
        for entry in self.entries:
            if entry.kind not in wanted:
                continue
            if params.get("per", "user") == "user" and entry.person in seen:
                continue
            seen.add(entry.person)
            if not (params.get("newOnly") and any_at_or_before(self.of(entry.person), entry.instant)):
                yield entry

    def _entrant(self, entry) -> Entrant:
        """Nothing after the horizon is in the data, so a pending window ends there."""
        converted_at = first_after(self.of(entry.person), entry.instant, entry.instant + self.within)
        if self.question.params.get("memberOnly") and entry.until is not None:
            if converted_at is not None and converted_at >= entry.until:
                converted_at = None
        mature = entry.instant + self.within <= self.question.horizon
        return Entrant(entry.person, entry.instant, mature, converted_at)

    def told(self) -> dict:
        """The kinds that do not count are told beside it."""
        if self.question.params.get("per") == "entry":
            kinds = Counter(entry.kind for entry in self.entries)
        else:
            kinds = Counter(kind for _, kind in {(entry.person, entry.kind) for entry in self.entries})
        return {"counted": len(self.entrants), "firstSeen": kinds["firstSeen"], "definition": kinds["definition"]}

    def note(self, others=()):
        start, end = self.question.range
        self.question.note_history([self.segment, *others], start, end)
        # Whoever entered when the range began, and whose window closed before the first
        # occurrence that is held, could not have converted.
        self.question.note_goal(self.occurrences, start + self.within)
        self.question.note_erased(self.erased)
