"""getSegmentEngagement without mail."""

from activity import Activity
from goals import count_in
from model import Erased
from periods import instant_text
from question import Question
from rates import decimals, rate, ratio

FIGURES = ("members", "activeMembers", "quizzes", "perMember", "perActive", "stickiness")


def engagement(question: Question) -> dict:
    segments, by = question.params["segments"], question.params.get("by", "week")
    activity = Activity(question)
    start, end = question.range
    periods = question.calendar.periods(start, end, by)
    question.note_incomplete(periods)
    # The first period is whole, even if it begins before the range.
    question.note_history(segments, min([start, *(period.start for period in periods)]), end)
    question.note_erased(len(_erased(question, segments, periods)))
    answers = [
        {"id": segment, "periods": [_period(question, activity, segment, period, by) for period in periods]}
        for segment in segments
    ]
    activity = question.params.get("activity", ["quizzes", "events"])
    return question.answer({"activity": activity, "segments": answers}, about=segments, with_range=True)


def _erased(question: Question, segments: list, periods: list) -> set:
    """Numbers that were members when some period began."""
    return {
        person
        for segment in segments
        for period in periods
        for person in question.membership.members(segment, period.start)
        if isinstance(person, Erased)
    }


def _period(question: Question, activity: Activity, segment: str, period, by: str) -> dict:
    complete = question.is_complete(period)
    answer = {"start": instant_text(period.start), "complete": complete}
    begins = question.world.history_from(segment)
    if begins is None or period.start < begins:  # Before the history begins
        return answer | dict.fromkeys(FIGURES)
    # The whole is fixed when the period begins.
    members = question.membership.users(segment, period.start)
    active = activity.active(members, period.start, period.end)
    quizzes = sum(count_in(activity.quizzes.get(user, []), period.start, period.end) for user in members)
    return answer | {
        "members": len(members),
        "activeMembers": rate(active, len(members)),
        "quizzes": quizzes,
        "perMember": decimals(quizzes, len(members), 2) if members else None,
        "perActive": decimals(quizzes, active, 2) if active else None,
        "stickiness": _stickiness(question, activity, members, period, active) if complete and by == "week" else None,
    }


def _stickiness(question: Question, activity: Activity, members: set, week, active: int):
    """The same members on each of seven days and in the week."""
    if not active:
        return None
    daily = sum(activity.active(members, day.start, day.end) for day in question.calendar.days(week))
    return ratio(daily, 7 * active)
