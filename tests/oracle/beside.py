"""What a conversion is compared with."""

from entrants import Entrants
from goals import any_at_or_before, count_in, first_after
from periods import DAY
from rates import independent_difference, nearest_rank, paired_difference, rate, rate_in_time


def before(entrants: Entrants) -> dict:
    """The same people in [e − W, e)."""
    users, within = entrants.question.world.users, entrants.within
    pairs = [entrant for entrant in entrants.mature if users[entrant.user].created <= entrant.entry - within]
    outcomes = [
        (
            count_in(entrants.of(entrant.user), entrant.entry - within, entrant.entry) > 0,
            entrant.converted_at is not None,
        )
        for entrant in pairs
    ]
    before_only, after_only = outcomes.count((True, False)), outcomes.count((False, True))
    return {
        "pairs": len(pairs),
        "beforeOnly": before_only,
        "afterOnly": after_only,
        "difference": paired_difference(before_only, after_only, len(pairs)),
    }


def others(entrants: Entrants) -> dict:
    """Everyone else at the same times."""
    controls = _controls(entrants)
    converted = sum(
        first_after(entrants.of(user), instant, instant + entrants.within) is not None for user, instant in controls
    )
    parts = (len(entrants.converted), len(entrants.mature), converted, len(controls))
    return {"conversion": rate(converted, len(controls)), "difference": independent_difference(*parts)}


def _controls(entrants: Entrants) -> list:
    """(user, t_b) of those who never entered in the range, in any way."""
    question = entrants.question
    times = sorted(entrant.entry for entrant in entrants.mature)
    if not times:
        return []
    entered = {entry.person for entry in entrants.entries}
    found = []
    for user in question.world.users.values():
        if user.bucket is None or user.id in entered:
            continue
        instant = nearest_rank(times, 2 * user.bucket + 1, 200)
        if user.created > instant or question.membership.is_member(entrants.segment, user.id, instant):
            continue
        # "Above and below" is left out: of the others too, at their time.
        if question.params.get("newOnly") and any_at_or_before(entrants.of(user.id), instant):
            continue
        found.append((user.id, instant))
    return found


def inside_outside(entrants: Entrants) -> dict:
    """Rates in time, over everyone, from created_at and from historyFrom on."""
    question = entrants.question
    start, end = question.range
    begins = question.world.history_from(entrants.segment)
    start = end if begins is None else max(start, begins)
    counts, times = [0, 0], [0, 0]
    for user in question.world.users.values():
        began = max(start, user.created)
        if began >= end:
            continue
        stays = question.membership.of(entrants.segment).get(user.id, [])
        inside = sum(stay.time_in(began, end) for stay in stays)
        times[0] += inside
        times[1] += end - began - inside
        for instant in entrants.of(user.id):
            if began <= instant < end:
                counts[0 if any(stay.holds(instant) for stay in stays) else 1] += 1
    return {name: rate_in_time(counts[i], times[i], DAY) for i, name in enumerate(("inside", "outside"))}
