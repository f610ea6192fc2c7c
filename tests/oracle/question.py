"""What every question has in common: clock, zone, range, notes."""

from functools import cached_property

from model import World
from periods import Calendar, instant_text, parse_span
from stays import Membership

#: The notes in their order; answers keep it.
NOTE_ORDER = (
    "unbalanced historyBegins goalBegins cutToHorizon incompletePeriods definitionChanged "
    "segmentInactive segmentFailed erasedUsers unsettled overlapping"
).split()


class Question:
    def __init__(self, world: World, params: dict):
        self.params = params
        self.calendar = Calendar(params.get("zone", "UTC"))
        now = self.calendar.instant(params["now"])
        # Never later than now.
        self.horizon = min(now, self.instant("asOf", now))
        self.world = world.until(self.horizon)
        self.notes = []

    @cached_property
    def membership(self) -> Membership:
        return Membership(self.world)

    def instant(self, name: str, default=None):
        text = self.params.get(name)
        return default if text is None else self.calendar.instant(text)

    def span(self, name: str, default: str | None = None):
        text = self.params.get(name, default)
        return None if text is None else parse_span(text)

    @cached_property
    def range(self) -> tuple[int, int]:
        """[from, to), `to` cut to the horizon."""
        start, end = self.instant("from"), self.instant("to", self.horizon)
        if start >= end:
            raise ValueError("from is no instant before to")
        if start > self.horizon:
            raise ValueError("from is after the horizon")
        if end > self.horizon:
            self.note("cutToHorizon")
            end = self.horizon
        return start, end

    def is_complete(self, period) -> bool:
        """By the calendar's end of the period, not by the range's."""
        return period.end <= self.horizon

    def note(self, kind: str, **more):
        self.notes.append({"kind": kind} | more)

    def note_incomplete(self, periods):
        count = sum(not self.is_complete(period) for period in periods)
        if count:
            self.note("incompletePeriods", count=count)

    def note_erased(self, count: int):
        if count:
            self.note("erasedUsers", count=count)

    def note_history(self, segments, start: int, end: int):
        """historyBegins where the question asks for more, definitionChanged within [start, end)."""
        for segment in segments:
            begins = self.world.history_from(segment)
            if begins is not None and start < begins:
                self.note("historyBegins", segment=segment, at=instant_text(begins))
            definition = self.world.definitions.get(segment)
            for version, instant in definition.versions if definition else ():
                if start <= instant < end:
                    self.note("definitionChanged", segment=segment, at=instant_text(instant), version=version)

    def note_goal(self, occurrences: dict, must_begin_by: int):
        """goalBegins: nothing of the goal is held from early enough on."""
        begins = min((instants[0] for instants in occurrences.values() if instants), default=None)
        if begins is None or begins > must_begin_by:
            self.note("goalBegins", at=instant_text(begins))

    def answer(self, figures: dict, about=(), with_range: bool = False) -> dict:
        """`about`: the segments whose history the figures rest on."""
        begins = [self.world.history_from(segment) for segment in about] or [self.world.ledger_begins]
        known = [instant for instant in begins if instant is not None]
        common = {
            "asOf": instant_text(self.horizon),
            "zone": self.calendar.name,
            "historyFrom": instant_text(min(known, default=None)),
            "notes": sorted(self.notes, key=lambda note: NOTE_ORDER.index(note["kind"])),
        }
        if with_range:
            start, end = self.range
            common |= {"from": instant_text(start), "to": instant_text(end)}
        return figures | common
