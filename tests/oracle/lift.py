"""getSegmentLift."""

from entrants import Entrants
from question import Question
from rates import chi_square, independent_difference, rate, relative_lift, rounded

UNBALANCED_ABOVE = 10.828  # p < 0.001


def lift(question: Question) -> dict:
    params = question.params
    segment, (first, last) = params["segment"], params["holdout"]
    entrants = Entrants(question, segment, params["goal"], question.span("within", "14d"))

    def is_held_out(entrant) -> bool:
        bucket = question.world.users[entrant.user].bucket
        return bucket is not None and first <= bucket <= last

    held_out, treated = _split(entrants.mature, is_held_out)
    parts = (_converted(treated), len(treated), _converted(held_out), len(held_out))
    balance = _balance([len(group) for group in _split(entrants.entrants, is_held_out)], last - first + 1)
    if balance["unbalanced"]:
        question.note("unbalanced")
    entrants.note()
    figures = {
        "segment": segment,
        "holdoutBuckets": params["holdout"],
        "goal": params["goal"],
        "within": params.get("within", "14d"),
        "treated": rate(*parts[:2]),
        "holdout": rate(*parts[2:]),
        "difference": independent_difference(*parts),
        "lift": relative_lift(*parts),
        "balance": balance,
        "entrants": entrants.told(),
        "pending": len(entrants.pending),
        "erased": entrants.erased,
    }
    return question.answer(figures, about=[segment], with_range=True)


def _split(entrants: list, is_held_out) -> tuple[list, list]:
    return [e for e in entrants if is_held_out(e)], [e for e in entrants if not is_held_out(e)]


def _converted(entrants: list) -> int:
    return sum(entrant.converted_at is not None for entrant in entrants)


def _balance(counts: list, share: int) -> dict:
    """Over all entrants, pending ones too, since it judges the split and not the outcome."""
    square = chi_square(*counts, share)
    return {
        "chiSquare": None if square is None else rounded(square, 3),
        "unbalanced": square is not None and square > UNBALANCED_ABOVE,
    }
