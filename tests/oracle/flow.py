"""getSegmentFlow."""

from collections import Counter
from itertools import pairwise

from model import EXCLUSIVE_FAMILIES, Erased
from periods import instant_text
from question import Question
from rates import rate

OUTSIDE = ["none", "multiple", "absent", "erased"]


def flow(question: Question) -> dict:
    segments = question.params.get("segments") or EXCLUSIVE_FAMILIES[question.params.get("family", "lifecycle")]
    instants = [question.calendar.instant(text) for text in question.params["at"]]
    question.note_history(segments, instants[0], instants[-1])
    paths = _paths(question, segments, instants)
    states = segments + OUTSIDE
    steps = [
        _step(question, segments, states, ends, [(path[i], path[i + 1]) for path in paths.values()])
        for i, ends in enumerate(pairwise(instants))
    ]
    return question.answer({"states": states, "steps": steps, "population": len(paths)}, about=segments)


def _paths(question: Question, segments: list, instants: list) -> dict:
    """person → state at each instant, for everyone who was there at one of them.

    The population is that of the whole answer, so that the columns of a step are the
    rows of the next: who comes later is absent → absent in the steps before.
    """
    found = {}
    numbers = {row.person for row in question.world.ledger if isinstance(row.person, Erased)}
    for person in question.world.users.keys() | numbers:
        path = [_state(question, segments, person, instant) for instant in instants]
        # Of an erased number nothing is known but its memberships.
        unknown = set(OUTSIDE) - {"multiple"} if isinstance(person, Erased) else {"absent"}
        if not set(path) <= unknown:
            found[person] = path
    return found


def _state(question: Question, segments: list, person, instant: int) -> str:
    """Membership goes first, so that each state's size is the as-of count."""
    membership = question.membership
    inside = [segment for segment in segments if membership.is_member(segment, person, instant)]
    if inside:
        return inside[0] if len(inside) == 1 else "multiple"
    if not isinstance(person, Erased):
        return "absent" if question.world.users[person].created > instant else "none"
    erased_at = membership.erased_at.get(person)
    if erased_at is not None and erased_at <= instant:
        return "erased"
    return "absent" if membership.first_seen[person] > instant else "none"


def _step(question: Question, segments: list, states: list, ends: tuple, moves: list) -> dict:
    counts, rows = Counter(moves), Counter(start for start, _ in moves)
    # Of the row.
    matrix = [[rate(counts[start, end], rows[start]) for end in states] for start in states]
    return {
        "from": instant_text(ends[0]),
        "to": instant_text(ends[1]),
        "matrix": matrix,
        "moves": _moves(question, set(segments), *ends),
    }


def _moves(question: Question, segments: set, start: int, end: int) -> dict:
    """Leaves and enters in (start, end], since the state at `start` holds what happened at it."""
    within = [row.entered for row in question.world.ledger if row.segment in segments and start < row.instant <= end]
    return {"entered": sum(within), "left": len(within) - sum(within)}
