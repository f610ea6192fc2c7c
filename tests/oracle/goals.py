"""Goals and their occurrences."""

from bisect import bisect_left, bisect_right
from collections import defaultdict

from model import Attempt, Event, caseless, provider
from question import Question
from stays import COUNTED


def occurrences(question: Question, goal: dict) -> dict:
    """user → sorted instants at which the goal occurred. Users without any are not in it."""
    if len(goal) != 1:
        raise ValueError("expected exactly one of event, purchase, quiz, enter")
    ((kind, wanted),) = goal.items()
    found = defaultdict(list)
    for user, instant in _KINDS[kind](question, wanted):
        found[user].append(instant)
    return {user: sorted(instants) for user, instants in found.items()}


def _events(question: Question, name: str):
    """An event of that name, with or without an amount; a refund is none."""
    for event in question.world.events:
        if event.name == name.lower() and not event.is_refund():
            yield event.user, event.instant


def _purchases(question: Question, wanted: dict):
    for event in question.world.events:
        if _is_wanted_purchase(event, wanted):
            yield event.user, event.instant


def _is_wanted_purchase(event: Event, wanted: dict) -> bool:
    """At least minAmountMinor, 1 if unset: so a purchase of 0 is none, and never a refund."""
    return (
        event.is_purchase()
        and event.amount >= wanted.get("minAmountMinor", 1)
        and event.name == wanted.get("name", event.name).lower()
        and event.currency == wanted.get("currency", event.currency)
    )


def _quizzes(question: Question, wanted: dict):
    for attempt in question.world.attempts:
        if _is_wanted_quiz(attempt, wanted):
            yield attempt.user, attempt.instant


def _is_wanted_quiz(attempt: Attempt, wanted: dict) -> bool:
    if "provider" in wanted and provider(attempt.certification) != wanted["provider"].lower():
        return False
    return "certification" not in wanted or caseless(attempt.certification) == caseless(wanted["certification"])


def _enters(question: Question, segment: str):
    """Of any kind but definition and firstSeen."""
    for entry in question.membership.entries(segment):
        if entry.kind in COUNTED:
            yield entry.person, entry.instant


_KINDS = {"event": _events, "purchase": _purchases, "quiz": _quizzes, "enter": _enters}


def first_after(instants: list, after: int, until: int):
    """The first x with after < x ≤ until, or None."""
    place = bisect_right(instants, after)
    return instants[place] if place < len(instants) and instants[place] <= until else None


def any_at_or_before(instants: list, until: int) -> bool:
    return bool(instants) and instants[0] <= until


def count_in(instants: list, start: int, end: int) -> int:
    """How many x with start ≤ x < end."""
    return bisect_left(instants, end) - bisect_left(instants, start)
