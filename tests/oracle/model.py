"""The CSV files of one world, read by DuckDB, as plain Python rows.

Nothing here decides anything: amounts become whole minor units, instants
whole microseconds. `World.until` leaves out what lies after the horizon.
"""

import re
import unicodedata
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from periods import parse_instant

# All other codes have 2.
EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
# Built-in segments, in the order of their ids: of two entered at once, the lesser id is credited (docs/reports.md).
SYSTEM_SEGMENTS = (
    "plan:free plan:pro plan:premium "
    "lifecycle:new lifecycle:active lifecycle:inactive lifecycle:churned "
    "behavior:power_users behavior:casual behavior:streak_7 "
    "certification:aws_focus certification:azure_focus certification:gcp_focus"
).split()
EXCLUSIVE_FAMILIES = {
    family: [name for name in SYSTEM_SEGMENTS if name.startswith(family + ":")] for family in ("plan", "lifecycle")
}


class Erased(NamedTuple):
    """Who was erased: only the number is left."""

    number: int


class User(NamedTuple):
    id: str
    created: int
    bucket: int | None


class LedgerRow(NamedTuple):
    no: int
    person: object  # the id of a user (text), or Erased
    number: int
    segment: str
    entered: bool
    instant: int
    cause: str


class Event(NamedTuple):
    id: str
    user: str
    name: str
    instant: int
    amount: int | None
    currency: str | None
    refund_of: str | None

    def is_purchase(self) -> bool:
        return self.amount is not None and self.amount >= 0

    def is_refund(self) -> bool:
        return self.amount is not None and self.amount < 0


class Attempt(NamedTuple):
    id: str
    user: str
    certification: str
    instant: int


class ErasedSum(NamedTuple):
    day: int  # the first instant of the UTC day
    currency: str
    events: int
    gross: int
    refunded: int


class Definition(NamedTuple):
    created: int
    versions: tuple  # of (version, instant)


class World:
    def __init__(self, users, ledger, events=(), attempts=(), erased_sums=(), definitions=None):
        self.users = {user.id: user for user in users}
        self.ledger = sorted(ledger)
        self.events = list(events)
        self.attempts = list(attempts)
        self.erased_sums = list(erased_sums)
        self.definitions = definitions or {}
        # Of the whole ledger, whatever the horizon.
        self.ledger_begins = min((row.instant for row in self.ledger), default=None)
        self._check()

    def _check(self):
        known = self.users.keys() | {None}
        for rows, person in ((self.ledger, "person"), (self.events, "user"), (self.attempts, "user")):
            for row in rows:
                who = getattr(row, person)
                if who not in known and not isinstance(who, Erased):
                    raise ValueError(f"{row} names nobody of users.csv")

    def until(self, horizon: int) -> "World":
        """Only what happened at or before the horizon. Users stay: who was created later is absent."""
        cut = World(
            self.users.values(),
            [row for row in self.ledger if row.instant <= horizon],
            [row for row in self.events if row.instant <= horizon],
            [row for row in self.attempts if row.instant <= horizon],
            [row for row in self.erased_sums if row.day <= horizon],
            self.definitions,
        )
        cut.ledger_begins = self.ledger_begins
        return cut

    def by_user(self, rows) -> dict:
        found = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row.instant, row.id)):
            found[row.user].append(row)
        return found

    def history_from(self, segment: str):
        """Where the history of a segment begins."""
        definition = self.definitions.get(segment)
        if definition is None or segment in SYSTEM_SEGMENTS or self.ledger_begins is None:
            return self.ledger_begins
        return max(self.ledger_begins, definition.created)

    def rank(self, segment: str):
        """The order of segment ids: the 13, then by creation."""
        if segment in SYSTEM_SEGMENTS:
            return (0, SYSTEM_SEGMENTS.index(segment), segment)
        definition = self.definitions.get(segment)
        return (1, definition.created if definition else 0, segment)


def minor_units(text: str, currency: str) -> int:
    """Decimal text in major units, exactly."""
    units = Decimal(text).scaleb(EXPONENTS.get(currency, 2))
    if units != int(units):
        raise ValueError(f"an amount has more digits than {currency} has")
    return int(units)


def caseless(text: str) -> str:
    """Canonical caseless matching, as in docs/criteria.md: normalized, folded, normalized."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())


PROVIDERS = (
    ("aws", re.compile(r"(aws|amazon)|(saa|clf|dva|soa|sap|dop|ans|scs|mls|das|dbs|dea|aif) c\d\d( |$)")),
    ("azure", re.compile(r"(azure|microsoft)|(az|ai|dp|sc|pl|ms) \d{3}( |$)")),
    ("gcp", re.compile(r"gcp|google")),
)


def provider(certification: str) -> str:
    """As in docs/criteria.md: runs of what is no letter and no digit are one separator."""
    plain = re.sub(r"[\W_]+", " ", certification.casefold()).strip()
    return next((name for name, pattern in PROVIDERS if pattern.match(plain)), "other")


def read_world(folder) -> World:
    """Reads DIR. Files that may be missing are then empty."""
    reader = _Reader(Path(folder))
    return World(
        _users(reader),
        _ledger(reader),
        _events(reader),
        [
            Attempt(*row)
            for row in reader.rows("attempts", "id, userId, coalesce(certification, ''), us(completedAt)", needed=False)
        ],
        _erased_sums(reader),
        _definitions(reader),
    )


class _Reader:
    def __init__(self, folder: Path):
        self.folder = folder
        self.connection = duckdb.connect()
        self.connection.execute("SET threads = 2")
        self.connection.execute("CREATE MACRO us(x) AS epoch_us(CAST(x AS TIMESTAMPTZ))")

    def rows(self, name: str, columns: str, needed: bool = True) -> list:
        if not needed and not (self.folder / f"{name}.csv").exists():
            return []
        return self._select(name, columns).fetchall()

    def header(self, name: str) -> set:
        return {column[0] for column in self._select(name, "*", "LIMIT 0").description}

    def _select(self, name: str, columns: str, rest: str = ""):
        query = f"""SELECT {columns} FROM read_csv(?, header = true, all_varchar = true,
                    delim = ',', quote = '"', escape = '"', strict_mode = true) {rest}"""
        return self.connection.execute(query, [str(self.folder / f"{name}.csv")])


def _users(reader: _Reader) -> list:
    """A users file as one imports it has no randomBucket; then nobody has one."""
    bucket = "CAST(randomBucket AS INTEGER)" if "randomBucket" in reader.header("users") else "NULL"
    return [User(*row) for row in reader.rows("users", f"id, us(createdAt), {bucket}")]


def _ledger(reader: _Reader) -> list:
    # DuckDB 2 reserves the word `at`.
    columns = 'CAST("no" AS BIGINT), userId, CAST(userNo AS BIGINT), segment, CAST(entered AS BOOLEAN), us("at"), cause'
    return [
        LedgerRow(no, Erased(number) if user is None else user, number, *rest)
        for no, user, number, *rest in reader.rows("ledger", columns)
    ]


def _events(reader: _Reader) -> list:
    columns = "id, userId, lower(name), us(occurredAt), amount, currency, refundOf"
    return [
        Event(*rest, None if amount is None else minor_units(amount, currency), currency, refund_of)
        for *rest, amount, currency, refund_of in reader.rows("events", columns, needed=False)
    ]


def _erased_sums(reader: _Reader) -> list:
    # Sums of plain events have no currency and are no money.
    columns = (
        "us(\"day\" || 'T00:00:00Z'), currency, CAST(events AS BIGINT), CAST(gross AS BIGINT), CAST(refunded AS BIGINT)"
    )
    return [ErasedSum(*row) for row in reader.rows("erased_events", columns, needed=False) if row[1]]


def _definitions(reader: _Reader) -> dict:
    return {
        segment: Definition(created, tuple(_version(text) for text in (versions or "").split(";") if text))
        for segment, created, versions in reader.rows("segments", "id, us(createdAt), versions", needed=False)
    }


def _version(text: str) -> tuple:
    number, _, instant = text.partition("@")
    return int(number), parse_instant(instant)
