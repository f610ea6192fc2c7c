"""Small random worlds for the identities of section 19.

Runs, moves, decisions, erasures, purchases and refunds near changes of clocks; many
things happen at one instant, and at midnight exactly, on purpose.
"""

import random
from collections import defaultdict
from datetime import date, timedelta

from model import Attempt, Erased, ErasedSum, Event, LedgerRow, User, World
from periods import DAY, HOUR, Calendar, instant_text, to_datetime, to_instant

# Zone and first day: near 23 and 25 hours, a night without midnight, a date that is
# left out, clocks that go back over midnight, New Year.
PLACES = (
    ("UTC", date(2026, 3, 2)),
    ("Europe/Berlin", date(2026, 3, 10)),
    ("Europe/Berlin", date(2025, 10, 10)),
    ("America/Sao_Paulo", date(2018, 10, 20)),
    ("America/Sao_Paulo", date(2018, 2, 1)),
    ("Pacific/Apia", date(2011, 12, 12)),
    ("America/St_Johns", date(2010, 10, 20)),
    ("America/Havana", date(2025, 10, 20)),
    ("America/New_York", date(2025, 12, 15)),
    ("Asia/Kathmandu", date(2025, 12, 20)),
    ("Australia/Lord_Howe", date(2026, 3, 20)),
)
LIFECYCLE = ["lifecycle:new", "lifecycle:active", "lifecycle:inactive", "lifecycle:churned"]
PLANS = ["plan:free", "plan:pro"]
CUSTOM = ["custom:a", "custom:b"]
CAUSES = ["run"] * 7 + ["admin", "sync", "segment_saved"]
LENGTH = 45


class RandomWorld:
    def __init__(self, seed: int):
        self.draw = random.Random(seed)
        self.zone, first = self.draw.choice(PLACES)
        self.calendar = Calendar(self.zone)
        self.begin = self.calendar.first_instant(first)
        # A date that the zone leaves out begins with the next one.
        self.days = sorted({self.calendar.first_instant(first + timedelta(days=n)) for n in range(LENGTH + 1)})
        self.end = self.days[-1]
        self.users = [self._user(n) for n in range(1, self.draw.randint(3, 10))]
        self.ledger, self.inside = [], defaultdict(set)
        self.runs = sorted({self._moment() for _ in range(25)})
        for run in self.runs:
            self._run(run)
        self.events = [event for user in self.users for event in self._events(user)]
        self.attempts = [
            Attempt(f"{user.id}-a{n}", user.id, self.draw.choice(["AWS-SAA-C03", "GCP ACE", "Other"]), self._moment())
            for user in self.users
            for n in range(self.draw.randint(0, 6))
        ]
        self.base = World(self.users, self.ledger, self.events, self.attempts)

    def _user(self, number: int) -> User:
        created = self.begin + self.draw.randint(-20 * 24, 30 * 24) * HOUR + self.draw.randint(0, 3)
        return User(f"u{number}", created, self.draw.randrange(100))

    def _moment(self) -> int:
        """Often a midnight, often a round hour, else any microsecond."""
        day = self.draw.choice(self.days[:-1])
        return day + self.draw.choice([0, 0, self.draw.randint(0, 24) * HOUR, self.draw.randrange(DAY)])

    def _run(self, instant: int):
        for number, user in enumerate(self.users, 1):
            if user.created > instant or self.draw.random() < 0.5:
                continue
            for family in (LIFECYCLE, PLANS):
                self._move(number, user, family, instant)
            for segment in CUSTOM:
                if self.draw.random() < 0.3:
                    self._write(number, user, segment, segment not in self.inside[user.id], instant)

    def _move(self, number: int, user: User, family: list, instant: int):
        """To another value of an exclusive family; now and then twice at one instant."""
        for _ in range(self.draw.choice([1, 1, 1, 2])):
            target = self.draw.choice(family)
            now = self.inside[user.id] & set(family)
            if target in now:
                return
            for segment in now:
                self._write(number, user, segment, False, instant)
            self._write(number, user, target, True, instant)

    def _write(self, number: int, user: User, segment: str, entered: bool, instant: int):
        cause = self.draw.choice(CAUSES)
        self.ledger.append(LedgerRow(len(self.ledger) + 1, user.id, number, segment, entered, instant, cause))
        (self.inside[user.id].add if entered else self.inside[user.id].discard)(segment)

    def _events(self, user: User) -> list:
        entries = [row.instant for row in self.ledger if row.person == user.id and row.entered]
        events = []
        for n in range(self.draw.randint(0, 8)):
            instant = (
                self.draw.choice(entries) + self.draw.choice([0, 7 * DAY])
                if entries and self.draw.random() < 0.4
                else self._moment()
            )
            events.append(self._event(f"{user.id}-e{n}", user.id, instant, events))
        return events

    def _event(self, id: str, user: str, instant: int, earlier: list) -> Event:
        currency = self.draw.choice(["EUR", "EUR", "JPY"])
        if self.draw.random() < 0.2:
            return Event(id, user, "opened", instant, None, None, None)
        if self.draw.random() < 0.3:
            origin = self.draw.choice([event.id for event in earlier] + ["unknown", None])
            return Event(id, user, "purchase", instant, -self.draw.randint(1, 5000), currency, origin)
        return Event(
            id, user, "purchase", instant, self.draw.choice([0, 1, self.draw.randint(2, 5000)]), currency, None
        )

    def world(self, **changed) -> World:
        parts = {"users": self.users, "ledger": self.ledger, "events": self.events, "attempts": self.attempts}
        return World(**(parts | changed))

    def params(self, **more) -> dict:
        """A range of whole days within the world, and a clock after it or within it."""
        first, last = sorted(self.draw.sample(range(len(self.days)), 2))
        now = self.draw.choice([self.end, self.end + 20 * DAY, self._moment()])
        common = {"zone": self.zone, "now": instant_text(max(now, self.days[first] + 1))}
        return common | {"from": instant_text(self.days[first]), "to": instant_text(self.days[last])} | more

    def erased(self, user: str) -> World:
        """The same world after the erasure of one user, at the end of its time."""
        number = int(user[1:])
        ledger = [row._replace(person=Erased(number)) if row.person == user else row for row in self.ledger]
        for segment in sorted(self.inside[user]):
            ledger.append(LedgerRow(len(ledger) + 1, Erased(number), number, segment, False, self.end, "erasure"))
        sums = [_erased_sum(event) for event in self.events if event.user == user and event.amount is not None]
        return self.without(user, ledger=ledger, erased_sums=sums)

    def without(self, user: str, **changed) -> World:
        """The world in which the user never was."""
        parts = {
            "users": [row for row in self.users if row.id != user],
            "ledger": [row for row in self.ledger if row.person != user],
            "events": [row for row in self.events if row.user != user],
            "attempts": [row for row in self.attempts if row.user != user],
        }
        return World(**(parts | changed))


def _erased_sum(event: Event) -> ErasedSum:
    midnight = to_datetime(event.instant).replace(hour=0, minute=0, second=0, microsecond=0)
    gross, refunded = max(event.amount, 0), min(event.amount, 0)
    return ErasedSum(to_instant(midnight), event.currency, 1, gross, refunded)
