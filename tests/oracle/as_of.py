"""getSegmentMembersAsOf and compareAsOf."""

from model import Erased
from periods import instant_text
from question import Question


def members_as_of(question: Question) -> dict:
    segment = question.params["segment"]
    at = min(question.instant("at", question.horizon), question.horizon)
    question.note_history([segment], at, at)
    members = question.membership.members(segment, at)
    figures = {"segment": segment, "at": instant_text(at), "total": len(members), "userIds": _ids(question, members)}
    return question.answer(figures, about=[segment])


def compare_as_of(question: Question) -> dict:
    segment = question.params["segment"]
    a, b = question.instant("a"), question.instant("b")
    question.note_history([segment], min(a, b), max(a, b))
    in_a, in_b = question.membership.members(segment, a), question.membership.members(segment, b)
    groups = {"both": in_a & in_b, "onlyA": in_a - in_b, "onlyB": in_b - in_a}
    figures = {
        "a": instant_text(a),
        "b": instant_text(b),
        "counts": {name: len(group) for name, group in groups.items()},
        "sizeA": len(in_a),
        "sizeB": len(in_b),
        "userIds": _ids(question, groups[question.params.get("show", "both")]),
    }
    return question.answer(figures, about=[segment])


def _ids(question: Question, members: set) -> list:
    """Users by their number; erased ones have no id, and only counts keep them."""
    question.note_erased(sum(isinstance(person, Erased) for person in members))
    numbers = {row.person: row.number for row in question.world.ledger}
    return sorted((person for person in members if not isinstance(person, Erased)), key=numbers.get)
