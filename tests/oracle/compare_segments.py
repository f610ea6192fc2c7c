"""compareSegments.

Figures of a and b keep the users of both; differences leave them out of both, since
G13 needs groups without a common member.
"""

from activity import Activity
from entrants import Entrants
from goals import count_in
from history import counts
from model import Erased
from question import Question
from rates import decimals, independent_difference, rate
from revenue import member_value


def compare(question: Question) -> dict:
    a, b = question.params["a"], question.params["b"]
    start, end = question.range
    # The same instant as history's size at the end.
    both = question.membership.members(a, end - 1) & question.membership.members(b, end - 1)
    rows = _sizes(question, a, b) + _activity(question, a, b)
    if question.params.get("goal"):
        rows.append(_conversion(question, a, b))
    question.note_history([a, b], start, end)
    rows.append(_row("netPerMember", member_value(question, a), member_value(question, b)))
    in_both = question.membership.users(a, start) & question.membership.users(b, start)
    # Of the members when the range begins, who is a number only.
    at_start = question.membership.members(a, start) | question.membership.members(b, start)
    question.note_erased(sum(isinstance(person, Erased) for person in at_start))
    asked = {"a": a, "b": b, "activity": question.params.get("activity", ["quizzes", "events"])}
    if question.params.get("goal"):
        asked |= {"goal": question.params["goal"], "within": question.params.get("within", "14d")}
    figures = asked | dict(rows) | {"both": len(both), "inBoth": len(in_both)}
    return question.answer(figures, about=[a, b], with_range=True)


def _row(figure: str, a, b, **more) -> tuple:
    return figure, {"a": a, "b": b} | more


def _sizes(question: Question, a: str, b: str) -> list:
    of_a, of_b = (_counts(question, segment) for segment in (a, b))
    return [_row(figure, of_a[figure], of_b[figure]) for figure in of_a]


def _counts(question: Question, segment: str) -> dict:
    begins = question.world.history_from(segment)
    if begins is None or question.range[1] <= begins:  # Null, never 0
        return dict.fromkeys(("sizeAtStart", "size", "entered", "left"))
    return counts(question, segment, *question.range)


def _activity(question: Question, a: str, b: str) -> list:
    """Engagement with the range as one period: the members when it begins."""
    start, end = question.range
    activity = Activity(question)
    in_a, in_b = question.membership.users(a, start), question.membership.users(b, start)

    def parts(users: set) -> tuple:
        return activity.active(users, start, end), len(users)

    def per_member(users: set):
        quizzes = sum(count_in(activity.quizzes.get(user, []), start, end) for user in users)
        return decimals(quizzes, len(users), 2) if users else None

    difference = independent_difference(*parts(in_a - in_b), *parts(in_b - in_a))
    active = _row(
        "activeMembers", rate(*parts(in_a)), rate(*parts(in_b)), difference=difference, inBoth=len(in_a & in_b)
    )
    return [active, _row("quizzesPerMember", per_member(in_a), per_member(in_b))]


def _conversion(question: Question, a: str, b: str) -> tuple:
    within = question.span("within", "14d")
    of_a, of_b = (Entrants(question, segment, question.params["goal"], within) for segment in (a, b))
    question.note_goal(of_a.occurrences, question.range[0] + within)
    in_both = {entrant.user for entrant in of_a.entrants} & {entrant.user for entrant in of_b.entrants}

    def parts(entrants: Entrants, left_out=frozenset()) -> tuple:
        mature = [entrant for entrant in entrants.mature if entrant.user not in left_out]
        return sum(entrant.converted_at is not None for entrant in mature), len(mature)

    difference = independent_difference(*parts(of_a, in_both), *parts(of_b, in_both))
    return _row("conversion", rate(*parts(of_a)), rate(*parts(of_b)), difference=difference, inBoth=len(in_both))
