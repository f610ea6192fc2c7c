"""getSegmentForecast, kind usual. Exact fractions until persons are rounded."""

from collections import Counter, defaultdict
from fractions import Fraction

from activity import Activity
from model import EXCLUSIVE_FAMILIES
from periods import DAY, instant_text
from question import Question
from rates import divide

WINDOWS = 4
ORIGINS = 8
OLDEST = 90
FEWEST = 20  # Under this, the matrix's row
NEW = "lifecycle:new"


def usual_forecast(question: Question) -> dict:
    segment = question.params["segment"]
    family = EXCLUSIVE_FAMILIES[segment.partition(":")[0]]
    ahead = question.params.get("days", 14) * DAY
    forecaster = Forecaster(question, family, ahead)
    now = question.horizon
    tests = [forecaster.test(now - ahead - 14 * place * DAY) for place in range(ORIGINS)]
    tests = [test for test in tests if test is not None]
    wape = {name: _wape(tests, name) for name in ("forecast", "same")}
    sizes = forecaster.forecast(now) if forecaster.has_history(now) else {}
    figures = {
        "segment": segment,
        "kind": "usual",
        "at": instant_text(now + ahead),
        "method": forecaster.method,
        "status": _status(tests, wape),
        "sizes": [{"id": name, "size": sizes[name]} for name in family if sizes],
        "band": _band(tests, segment),
        "backtest": [_shown(test, family) for test in tests],
        "wape": {"method": _percent(wape["forecast"]), "same": _percent(wape["same"])},
    }
    return question.answer(figures, about=[segment])


class Forecaster:
    """Everything is asked at an instant: nothing after an origin is used for it."""

    def __init__(self, question: Question, family: list, ahead: int):
        self.question, self.family, self.ahead = question, family, ahead
        self.method = "recency" if NEW in family else "matrix"
        self.activity = Activity(question)
        self.states_at = {}

    def has_history(self, origin: int) -> bool:
        """All four windows lie within the ledger."""
        begins = self.question.world.ledger_begins
        return begins is not None and self._windows(origin)[-1] >= begins

    def _windows(self, origin: int) -> list:
        return [origin - self.ahead - 7 * week * DAY for week in range(WINDOWS)]

    def states(self, instant: int) -> dict:
        """user → values of everyone who was there: none or one, and more if an admin added the user to another.

        Erased people are left out.
        """
        if instant not in self.states_at:
            found = {user.id: frozenset() for user in self.question.world.users.values() if user.created <= instant}
            for name in self.family:
                for user in self.question.membership.users(name, instant):
                    found[user] = found.get(user, frozenset()) | {name}
            self.states_at[instant] = found
        return self.states_at[instant]

    def sizes(self, instant: int) -> dict:
        counted = Counter(name for state in self.states(instant).values() for name in state)
        return {name: counted[name] for name in self.family}

    def recency(self, user: str, state, origin: int):
        """Whole days of the calendar since the last active day; those in `new` apart.

        Who was never active counts from created_at, as lifecycle does;
        among the oldest they would spoil that class, and the shares do not come out.
        """
        if NEW in state:
            return NEW
        last = self.activity.last(user, origin)
        if last is None:
            last = self.question.world.users[user].created
        day_of = self.question.calendar.day_of
        return min(OLDEST, (day_of(origin) - day_of(last)).days)

    def forecast(self, origin: int) -> dict:
        matrix, recent, registered = self._learn(origin)
        expected = {name: Fraction(count, WINDOWS) for name, count in registered.items()}
        for user, state in self.states(origin).items():
            row = matrix.get(state)
            if self.method == "recency":
                known = recent.get(self.recency(user, state, origin))
                if known and known.total() >= FEWEST:
                    row = known
            for end, share in _shares(row, state).items():
                for name in end:
                    expected[name] += share
        return {name: divide(size.numerator, size.denominator) for name, size in expected.items()}

    def _learn(self, origin: int) -> tuple[dict, dict, dict]:
        """Over the four windows: state → states after, recency → states after, newly registered."""
        matrix, recent = defaultdict(Counter), defaultdict(Counter)
        registered = dict.fromkeys(self.family, 0)
        for start in self._windows(origin):
            before, after = self.states(start), self.states(start + self.ahead)
            for user, end in after.items():
                if user in before:
                    matrix[before[user]][end] += 1
                    recent[self.recency(user, before[user], start)][end] += 1
                else:
                    for name in end:
                        registered[name] += 1
        return matrix, recent, registered

    def test(self, origin: int):
        """What would have been said at the origin, and what came."""
        if not self.has_history(origin):
            return None
        return {
            "origin": origin,
            "forecast": self.forecast(origin),
            "same": self.sizes(origin),
            "actual": self.sizes(origin + self.ahead),
        }


def _shares(row, state) -> dict:
    """A state that no window has seen stays as it is."""
    if not row:
        return {state: Fraction(1)}
    return {name: Fraction(count, row.total()) for name, count in row.items()}


def _wape(tests: list, name: str):
    actual = sum(sum(test["actual"].values()) for test in tests)
    if not actual:
        return None
    missed = sum(abs(test[name][state] - size) for test in tests for state, size in test["actual"].items())
    return Fraction(missed, actual)


def _percent(fraction):
    return None if fraction is None else divide(10_000 * fraction.numerator, fraction.denominator) / 100


def _status(tests: list, wape: dict) -> str:
    if len(tests) < 4 or wape["forecast"] is None:
        return "notEnoughHistory"
    return "shown" if wape["forecast"] <= Fraction(95, 100) * wape["same"] else "noBetterThanToday"


def _band(tests: list, segment: str):
    """The ⌈0.8·n⌉-th smallest of |f − a| ÷ f of the asked segment."""
    if not tests:
        return None
    place = -(-8 * len(tests) // 10)
    errors = sorted(_error(test["forecast"][segment], test["actual"][segment]) for test in tests)
    error = errors[place - 1]
    if error is NEVER:
        return None
    return {"percent": _percent(error), "within": place, "of": len(tests)}


NEVER = Fraction(10**18)


def _error(forecast: int, actual: int) -> Fraction:
    if not forecast:
        return NEVER if actual else Fraction(0)
    return Fraction(abs(forecast - actual), forecast)


def _shown(test: dict, family: list) -> dict:
    pairs = [{"id": name, "forecast": test["forecast"][name], "actual": test["actual"][name]} for name in family]
    return {"origin": instant_text(test["origin"]), "segments": pairs}
