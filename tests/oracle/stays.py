"""Stays and membership at the time."""

from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

from model import Erased, World
from periods import DAY

COUNTED = frozenset({"organic", "decision", "sync"})
KIND_OF_CAUSE = {"segment_saved": "definition", "admin": "decision", "sync": "sync"}
#: The ledger's word for the leaves that an erasure writes.
ERASURE_CAUSES = frozenset({"erased", "erasure"})


class Stay(NamedTuple):
    since: int
    until: int | None
    cause: str  # of the enter

    def holds(self, instant: int) -> bool:
        """since ≤ t < until."""
        return self.since <= instant and (self.until is None or instant < self.until)

    def time_in(self, start: int, end: int) -> int:
        """How long the stay lasts within [start, end)."""
        until = end if self.until is None else min(self.until, end)
        return max(0, until - max(self.since, start))


class Entry(NamedTuple):
    instant: int
    person: object
    until: int | None
    kind: str


def fold(ledger) -> dict:
    """Segment → person → stays, by the order of `no`.

    A stay that ends when it begins is dropped, and so is its entry.
    """
    found, open_since = defaultdict(lambda: defaultdict(list)), {}
    for row in ledger:
        key = (row.segment, row.person)
        if row.entered:
            if key in open_since:
                raise ValueError(f"{row} enters twice")
            open_since[key] = row
            continue
        enter = open_since.pop(key, None)
        if enter is None:
            raise ValueError(f"{row} leaves without having entered")
        if enter.instant < row.instant:
            found[row.segment][row.person].append(Stay(enter.instant, row.instant, enter.cause))
    for (segment, person), enter in open_since.items():
        found[segment][person].append(Stay(enter.instant, None, enter.cause))
    return found


class Membership:
    """Who was where when. It knows nothing but the ledger and the users."""

    def __init__(self, world: World):
        self.world = world
        self.stays = fold(world.ledger)
        self.first_seen = {}
        self.erased_at = {}
        self._moves = defaultdict(lambda: ([], []))
        for row in world.ledger:
            self._moves[row.segment][0 if row.entered else 1].append(row.instant)
            self.first_seen[row.person] = min(row.instant, self.first_seen.get(row.person, row.instant))
            if row.cause in ERASURE_CAUSES and not row.entered:
                self.erased_at.setdefault(row.person, row.instant)

    def of(self, segment: str) -> dict:
        return self.stays.get(segment, {})

    def moves(self, segment: str) -> tuple[list, list]:
        """The sorted instants of its enters and of its leaves, as the ledger has them."""
        return tuple(map(sorted, self._moves[segment]))

    def stay_at(self, segment: str, person, instant: int):
        stays = self.of(segment).get(person)
        if not stays:
            return None
        place = bisect_right(stays, instant, key=lambda stay: stay.since)
        return stays[place - 1] if place and stays[place - 1].holds(instant) else None

    def is_member(self, segment: str, person, instant: int) -> bool:
        return self.stay_at(segment, person, instant) is not None

    def members(self, segment: str, instant: int) -> set:
        """Members at the time, with those who were erased since: sizes keep them."""
        return {person for person in self.of(segment) if self.is_member(segment, person, instant)}

    def users(self, segment: str, instant: int) -> set:
        """Members at the time without those who were erased since: parts and wholes of rates."""
        return {person for person in self.members(segment, instant) if not isinstance(person, Erased)}

    def kind(self, person, stay: Stay) -> str:
        """Kinds, in the order in which it is written: firstSeen goes before the cause.

        Of erased people the day of registration is gone, so that only the cause is known.
        """
        user = self.world.users.get(person) if not isinstance(person, Erased) else None
        if user and stay.since == self.first_seen[person] and user.created < stay.since - 7 * DAY:
            return "firstSeen"
        return KIND_OF_CAUSE.get(stay.cause, "organic")

    def entries(self, segment: str, start: int | None = None, end: int | None = None) -> list:
        """Entries of users at [start, end), by instant, then by user. Erased ones are left out."""
        return sorted(entry for entry in self._entries(segment, start, end) if not isinstance(entry.person, Erased))

    def erased_entrants(self, segment: str, start: int, end: int) -> set:
        """Numbers that would have counted, as far as their causes tell."""
        return {
            entry.person
            for entry in self._entries(segment, start, end)
            if isinstance(entry.person, Erased) and entry.kind in COUNTED
        }

    def _entries(self, segment, start, end):
        for person, stays in self.of(segment).items():
            for stay in stays:
                if (start is None or start <= stay.since) and (end is None or stay.since < end):
                    yield Entry(stay.since, person, stay.until, self.kind(person, stay))
