"""Who was active when.

Kinds `quizzes` and `events`; `seen` is not among the CSV files.
"""

from bisect import bisect_left
from collections import defaultdict

from question import Question


class Activity:
    def __init__(self, question: Question):
        kinds = question.params.get("activity", ["quizzes", "events"])
        no_activity = set(question.params.get("noActivity", ()))
        self.instants, self.quizzes = defaultdict(list), defaultdict(list)
        for attempt in question.world.attempts:
            self.quizzes[attempt.user].append(attempt.instant)
            if "quizzes" in kinds:
                self.instants[attempt.user].append(attempt.instant)
        for event in question.world.events:
            # Refunds never; names may be set to be no activity.
            if "events" in kinds and not event.is_refund() and event.name not in no_activity:
                self.instants[event.user].append(event.instant)
        for instants in (*self.instants.values(), *self.quizzes.values()):
            instants.sort()

    def is_active(self, user: str, start: int, end: int) -> bool:
        """Within [start, end)."""
        instants = self.instants.get(user, ())
        place = bisect_left(instants, start)
        return place < len(instants) and instants[place] < end

    def active(self, users: set, start: int, end: int) -> int:
        return sum(self.is_active(user, start, end) for user in users)

    def last(self, user: str, until: int):
        """The latest instant at or before `until`, or None."""
        instants = self.instants.get(user, ())
        place = bisect_left(instants, until + 1)
        return instants[place - 1] if place else None
