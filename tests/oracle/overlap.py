"""getSegmentOverlap."""

from collections import Counter
from itertools import combinations, permutations

from periods import instant_text
from question import Question
from rates import ratio

LISTED = 200  # At most 200 combinations


def overlap(question: Question) -> dict:
    segments = question.params["segments"]
    at = min(question.instant("at", question.horizon), question.horizon)
    question.note_history(segments, at, at)
    # Sizes come from the ledger alone and keep who was erased since.
    members = {segment: question.membership.members(segment, at) for segment in segments}
    sets = _sets(segments, members)
    there = _there(question, at) | sets.keys()
    listed, left_off = _combinations(segments, sets)
    figures = {
        "at": instant_text(at),
        "segments": [{"id": segment, "size": len(members[segment])} for segment in segments],
        "pairs": [_pair(a, b, members[a], members[b]) for a, b in combinations(segments, 2)],
        "contained": _contained(segments, members),
        "combinations": listed,
        "restUsers": sum(users for _, users in left_off),
        "restCombinations": len(left_off),
        "none": len(there) - len(sets),
        "population": len(there),
    }
    return question.answer(figures, about=segments)


def _there(question: Question, at: int) -> set:
    """Users created by then; erased numbers are known only by their memberships."""
    return {user.id for user in question.world.users.values() if user.created <= at}


def _sets(segments: list, members: dict) -> dict:
    """person → the places, in the order asked, of the segments that hold them."""
    found = {}
    for place, segment in enumerate(segments):
        for person in members[segment]:
            found[person] = found.get(person, ()) + (place,)
    return found


def _pair(a: str, b: str, in_a: set, in_b: set) -> dict:
    """Sizes and common members of each pair."""
    both = len(in_a & in_b)
    return {
        "a": a,
        "b": b,
        "both": both,
        "jaccard": ratio(both, len(in_a | in_b)),
        "ofRow": ratio(both, len(in_a)),
        "ofColumn": ratio(both, len(in_b)),
    }


def _contained(segments: list, members: dict) -> list:
    """ofRow = 100 %, which a segment without members (null) has not."""
    return [
        {"inner": inner, "outer": outer}
        for inner, outer in permutations(segments, 2)
        if members[inner] and members[inner] <= members[outer]
    ]


def _combinations(segments: list, sets: dict) -> tuple[list, list]:
    """Exactly these of the chosen, largest first, then by the places of their segments."""
    counted = sorted(Counter(sets.values()).items(), key=lambda item: (-item[1], item[0]))
    listed = [{"segments": [segments[place] for place in places], "users": users} for places, users in counted[:LISTED]]
    return listed, counted[LISTED:]
