"""getSegmentConversion; the comparisons are in `beside.py`."""

from collections import defaultdict

from beside import before, inside_outside, others
from entrants import Entrants
from periods import DAY, SECOND, instant_text
from question import Question
from rates import divide, nearest_rank, rate

COMPARISONS = {"before": before, "others": others, "insideOutside": inside_outside}


def conversion(question: Question) -> dict:
    params = question.params
    segment, goal = params["segment"], params["goal"]
    entrants = Entrants(question, segment, goal, question.span("within", "14d"))
    entrants.note()
    figures = {
        "segment": segment,
        "goal": goal,
        "within": params.get("within", "14d"),
        "per": params.get("per", "user"),
        "entries": params.get("entries", "counted"),
        "entrants": entrants.told(),
        "conversion": rate(len(entrants.converted), len(entrants.mature)),
        "pending": len(entrants.pending),
        "pendingConverted": entrants.pending_converted,
        "curve": _curve(entrants),
        "timeToConvert": _time_to_convert(entrants),
        "byPeriod": _by_period(entrants),
        "revenueWithin": _revenue_within(entrants),
        "observational": True,
        "erased": entrants.erased,
    }
    for name in params.get("compare", ["before", "others"]):
        figures[name] = COMPARISONS[name](entrants)
    return question.answer(figures, about=[segment], with_range=True)


def _curve(entrants: Entrants) -> list:
    """For d = 0…⌈W ÷ 24 h⌉, converted within d × 24 h."""
    waits = [entrant.converted_at - entrant.entry for entrant in entrants.converted]
    days = -(-entrants.within // DAY)
    return [sum(wait <= day * DAY for wait in waits) for day in range(days + 1)]


def _time_to_convert(entrants: Entrants):
    """Quartiles by nearest rank, in whole seconds."""
    waits = sorted(entrant.converted_at - entrant.entry for entrant in entrants.converted)
    if not waits:
        return None
    names = ("lowerSeconds", "medianSeconds", "upperSeconds")
    return {name: divide(nearest_rank(waits, quarter, 4), SECOND) for quarter, name in enumerate(names, 1)}


def _by_period(entrants: Entrants) -> list:
    """By the period of e."""
    question = entrants.question
    by = question.params.get("by", "week")
    periods = question.calendar.periods(*question.range, by)
    question.note_incomplete(periods)
    return [_one_period(entrants, period) for period in periods]


def _one_period(entrants: Entrants, period) -> dict:
    question = entrants.question
    answer = {"start": instant_text(period.start), "complete": question.is_complete(period)}
    begins = question.world.history_from(entrants.segment)
    if begins is None or period.end <= begins:  # Before the history begins
        return answer | {"entered": None, "conversion": None, "pending": None}
    inside = [entrant for entrant in entrants.entrants if period.start <= entrant.entry < period.end]
    mature = [entrant for entrant in inside if entrant.mature]
    converted = sum(entrant.converted_at is not None for entrant in mature)
    return answer | {
        "entered": len(inside),
        "conversion": rate(converted, len(mature)),
        "pending": len(inside) - len(mature),
    }


def _revenue_within(entrants: Entrants) -> list:
    """All amounts at e < x ≤ e + W of mature entrants, refunds included, whatever the goal."""
    events = entrants.question.world.by_user(entrants.question.world.events)
    sums = defaultdict(int)
    for entrant in entrants.mature:
        for event in events.get(entrant.user, ()):
            if event.amount is not None and entrant.entry < event.instant <= entrant.entry + entrants.within:
                sums[event.currency] += event.amount
    return [
        {"currency": currency, "minor": minor, "perEntrantMinor": divide(minor, len(entrants.mature))}
        for currency, minor in sorted(sums.items())
    ]
