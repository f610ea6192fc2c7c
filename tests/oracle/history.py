"""getSegmentHistory.

Periods are [start, end), and size = size at start + entered − left must hold
always; so a size at the end of a period is the one at its last instant, a microsecond
before the next period begins. What happens at midnight belongs to the new day.
"""

from bisect import bisect_left

from goals import count_in
from periods import instant_text
from question import Question


def history(question: Question) -> dict:
    segments = question.params.get("segments") or [question.params["segment"]]
    by = question.params.get("by", "day")
    start, end = question.range
    periods = question.calendar.periods(start, end, by)
    question.note_incomplete(periods)
    question.note_history(segments, start, end)
    answers = [
        {"id": segment, "periods": [_period(question, segment, period) for period in periods]} for segment in segments
    ]
    return question.answer({"by": by, "segments": answers}, about=segments, with_range=True)


def _period(question: Question, segment: str, period) -> dict:
    start, end = max(period.start, question.range[0]), min(period.end, question.range[1])
    answer = {"start": instant_text(period.start), "complete": question.is_complete(period)}
    begins = question.world.history_from(segment)
    if begins is None or end <= begins:  # Null, never 0
        return answer | dict.fromkeys(("sizeAtStart", "size", "entered", "left"))
    return answer | counts(question, segment, start, end)


def counts(question: Question, segment: str, start: int, end: int) -> dict:
    """The ledger itself, each row of it, also of stays that ended when they began."""
    enters, leaves = question.membership.moves(segment)
    at_start = bisect_left(enters, start) - bisect_left(leaves, start)
    entered, left = count_in(enters, start, end), count_in(leaves, start, end)
    return {"sizeAtStart": at_start, "size": at_start + entered - left, "entered": entered, "left": left}
