"""getCohorts."""

from collections import defaultdict

from activity import Activity
from goals import count_in, occurrences
from model import Erased
from periods import DAY, Period, instant_text
from question import Question
from rates import divide, rate
from stays import COUNTED

#: The columns of a user's own clock.
OWN_LENGTH = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}


def cohorts(question: Question) -> dict:
    params = question.params
    triangle = Triangle(question)
    rows = [triangle.row(period) for period in triangle.periods]
    erased = _erased(question)
    triangle.note(rows, erased)
    figures = {
        "start": params["start"],
        "measure": params["measure"],
        "by": triangle.by,
        "clock": triangle.clock,
        "mode": triangle.mode,
        "activity": params.get("activity", ["quizzes", "events"]),
        "cohorts": rows,
        "pooled": _pooled(rows, triangle.columns),
        "erased": erased,
    }
    if params["start"] == "entered":
        figures["entrants"] = _entrants(question, rows)
    figures |= {asked: params[asked] for asked in ("segment", "name", "goal") if params.get(asked)}
    about = [params["segment"]] if params.get("segment") else []
    return question.answer(figures, about=about, with_range=True)


def _entrants(question: Question, rows: list) -> dict:
    """Entries of the range that begin no cohort are told beside them."""
    start, end = question.range
    kinds = [
        kind
        for kind, _ in {
            (entry.kind, entry.person)
            for entry in question.membership.entries(question.params["segment"])
            if start <= entry.instant < end and not isinstance(entry.person, Erased)
        }
    ]
    beside = {"firstSeen": kinds.count("firstSeen"), "definition": kinds.count("definition")}
    return {"counted": sum(row["size"] for row in rows)} | beside


class Triangle:
    def __init__(self, question: Question):
        params = question.params
        self.question = question
        self.by = params.get("by", "week")
        self.clock = params.get("clock", "calendar")
        self.mode = params.get("mode", "on")
        self.columns = params.get("columns", 12)
        start, end = question.range
        self.starts = {user: x for user, x in _starts(question).items() if start <= x < end}
        self.periods = question.calendar.periods(start, end, self.by)
        self.measure = _measure(question)
        self.money = _money(question) if params["measure"] == "revenue" else None

    def row(self, cohort: Period) -> dict:
        users = sorted(user for user, x in self.starts.items() if cohort.start <= x < cohort.end)
        cells = [self._cell(cohort, users, column) for column in range(self.columns)]
        if self.money is not None:
            self._add_revenue(cohort, users, cells)
        return {"start": instant_text(cohort.start), "size": len(users), "cells": cells}

    def _cell(self, cohort: Period, users: list, column: int):
        if self._begins(cohort, column) > self.question.horizon or self._is_before_history(cohort, column):
            return None
        complete = self._is_complete(cohort, column)
        if self.mode == "onOrAfter":
            if not complete:  # Looks up to the last complete column, and may never rise
                return None
            reach = range(column, self._last_complete(cohort) + 1)
        else:
            reach = [column]
        retained = sum(any(self._is_retained(cohort, user, later) for later in reach) for user in users)
        return {"retained": rate(retained, len(users)), "complete": complete}

    def _column(self, cohort: Period, column: int, user: str) -> Period:
        """The instants of a column, for this user."""
        if self.clock == "calendar":
            return self.question.calendar.later(cohort, column, self.by)
        start, length = self.starts[user], OWN_LENGTH[self.by]
        return Period(start + column * length, start + (column + 1) * length)

    def _is_retained(self, cohort: Period, user: str, column: int) -> bool:
        return self.measure(user, self._column(cohort, column, user))

    def _begins(self, cohort: Period, column: int) -> int:
        """Of the whole cohort, the first instant of a column."""
        if self.clock == "calendar":
            return self.question.calendar.later(cohort, column, self.by).start
        return cohort.start + column * OWN_LENGTH[self.by]

    def _ends(self, cohort: Period, column: int) -> int:
        """Of the whole cohort, the last."""
        if self.clock == "calendar":
            return self.question.calendar.later(cohort, column, self.by).end
        return cohort.end + (column + 1) * OWN_LENGTH[self.by]

    def _is_complete(self, cohort: Period, column: int) -> bool:
        return self._ends(cohort, column) <= self.question.horizon

    def _last_complete(self, cohort: Period) -> int:
        return max((k for k in range(self.columns) if self._is_complete(cohort, k)), default=-1)

    def _is_before_history(self, cohort: Period, column: int) -> bool:
        """Of membership alone: an end of the column lies before the segment's history."""
        params = self.question.params
        if params["measure"] != "member":
            return False
        begins = self.question.world.history_from(params["segment"])
        if self.clock == "calendar":
            return begins is None or self._ends(cohort, column) < begins
        return begins is None or cohort.start + (column + 1) * OWN_LENGTH[self.by] < begins

    def _add_revenue(self, cohort: Period, users: list, cells: list):
        """Currencies: those that the row has met up to this column."""
        cumulated = defaultdict(int)
        for column, cell in enumerate(cells):
            net = defaultdict(int)
            for user in users:
                within = self._column(cohort, column, user)
                for event in self.money.get(user, ()):
                    if within.start <= event.instant < within.end:
                        net[event.currency] += event.amount
            for currency, amount in net.items():
                cumulated[currency] += amount
            if cell is not None:
                cell["revenue"] = [
                    {
                        "currency": currency,
                        "netMinor": net[currency],
                        "cumulatedMinor": minor,
                        "perUserMinor": divide(minor, len(users)) if users else None,
                    }
                    for currency, minor in sorted(cumulated.items())
                ]

    def note(self, rows: list, erased: int):
        question, params = self.question, self.question.params
        start, end = question.range
        incomplete = sum(cell is not None and not cell["complete"] for row in rows for cell in row["cells"])
        if incomplete:
            question.note("incompletePeriods", count=incomplete)
        if params.get("segment"):
            question.note_history([params["segment"]], start, end)
        if params["measure"] == "goal":
            question.note_goal(occurrences(question, params["goal"]), start)
        question.note_erased(erased)


def _starts(question: Question) -> dict:
    """User → the start; first ever, not first within the range."""
    kind = question.params["start"]
    users = question.world.users
    if kind == "registered":
        return {user.id: user.created for user in users.values() if user.created <= question.horizon}
    found = {}
    for user, instant in _candidates(question, kind):
        found[user] = min(instant, found.get(user, instant))
    return found


def _candidates(question: Question, kind: str):
    if kind == "entered":
        for entry in question.membership.entries(question.params["segment"]):
            if entry.kind in COUNTED:
                yield entry.person, entry.instant
        return
    for event in question.world.events:
        if kind == "firstPurchase" and event.is_purchase():
            yield event.user, event.instant
        if kind == "firstEvent" and event.name == question.params["name"].lower() and not event.is_refund():
            yield event.user, event.instant


def _measure(question: Question):
    """(user, column) → whether the measure happens in it."""
    params = question.params
    kind = params["measure"]
    if kind == "activity":
        activity = Activity(question)
        return lambda user, column: activity.is_active(user, *column)
    if kind == "member":
        return lambda user, column: _is_member_at_end(question, user, column)
    if kind == "goal":
        instants = occurrences(question, params["goal"])
    else:  # purchase; revenue retains who bought
        # A purchase may be of 0 too, unlike the goal's default of 1.
        instants = occurrences(question, {"purchase": {"minAmountMinor": 0}})
    return lambda user, column: count_in(instants.get(user, []), *column) > 0


def _is_member_at_end(question: Question, user: str, column: Period) -> bool:
    """At the end of the column; so far, at the horizon; not before it has begun."""
    instant = min(column.end, question.horizon)
    return column.start <= question.horizon and question.membership.is_member(question.params["segment"], user, instant)


def _money(question: Question) -> dict:
    return question.world.by_user(event for event in question.world.events if event.amount is not None)


def _pooled(rows: list, columns: int) -> list:
    """Over complete cells only, of sums and not of percentages."""
    pooled = []
    for column in range(columns):
        cells = [row["cells"][column] for row in rows]
        complete = [cell["retained"] for cell in cells if cell is not None and cell["complete"]]
        if complete:
            pooled.append(rate(sum(cell["part"] for cell in complete), sum(cell["of"] for cell in complete)))
        else:
            pooled.append(None)
    return pooled


def _erased(question: Question) -> int:
    """Numbers whose first entry, counted by its cause, lies in the range."""
    if question.params["start"] != "entered":
        return 0
    start, end = question.range
    first = {}
    for person, stays in question.membership.of(question.params["segment"]).items():
        if isinstance(person, Erased):
            counted = [stay.since for stay in stays if question.membership.kind(person, stay) in COUNTED]
            first[person] = min(counted, default=end)
    return sum(start <= instant < end for instant in first.values())
