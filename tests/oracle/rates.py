"""Rates, differences and limits.

What is exact is computed by whole numbers. Only interval limits, which hold
square roots, are binary floats.
"""

from math import exp, log, sqrt

Z = 1.959963984540054


def divide(number: int, by: int) -> int:
    """number ÷ by to a whole number, halves away from zero."""
    if by < 0:
        number, by = -number, -by
    size = (2 * abs(number) + by) // (2 * by)
    return -size if number < 0 else size


def decimals(number: int, by: int, places: int) -> float:
    """number ÷ by to some places, halves away from zero, by whole numbers."""
    return divide(number * 10**places, by) / 10**places


def percent(part: int, of: int):
    """Null if of = 0."""
    return decimals(100 * part, of, 2) if of else None


def rounded(value: float, places: int = 2) -> float:
    """A float to some places, halves away from zero, never -0.0."""
    scale = 10**places
    size = int(abs(value) * scale + 0.5) / scale
    return -size if value < 0 and size else size


def wilson(part: int, of: int) -> tuple[float, float]:
    """Wilson limits, as fractions, not rounded."""
    p, square = part / of, Z * Z
    middle = p + square / (2 * of)
    reach = Z * sqrt(p * (1 - p) / of + square / (4 * of * of))
    whole = 1 + square / of
    # At the ends the formula gives 0 and 1 exactly; floats only nearly.
    low = 0.0 if part == 0 else max(0.0, (middle - reach) / whole)
    high = 1.0 if part == of else min(1.0, (middle + reach) / whole)
    return low, high


def rate(part: int, of: int) -> dict:
    if not 0 <= part <= of:
        raise ValueError(f"{part} of {of} is no rate")
    low, high = (rounded(100 * limit) for limit in wilson(part, of)) if of else (None, None)
    return {"part": part, "of": of, "percent": percent(part, of), "low": low, "high": high}


def ratio(part: int, of: int) -> dict:
    return {"part": part, "of": of, "percent": percent(part, of)}


def _difference(points: float, low: float, high: float) -> dict:
    """`isClear` looks at the limits before they are rounded."""
    return {
        "points": points,
        "low": rounded(100 * max(-1.0, low)),
        "high": rounded(100 * min(1.0, high)),
        "isClear": low > 0 or high < 0,
    }


def independent_difference(part_1: int, of_1: int, part_2: int, of_2: int):
    """Newcombe's hybrid score interval; the first rate less the second."""
    if not of_1 or not of_2:
        return None
    p_1, p_2 = part_1 / of_1, part_2 / of_2
    (low_1, high_1), (low_2, high_2) = wilson(part_1, of_1), wilson(part_2, of_2)
    middle = p_1 - p_2
    low = middle - sqrt((p_1 - low_1) ** 2 + (high_2 - p_2) ** 2)
    high = middle + sqrt((high_1 - p_1) ** 2 + (p_2 - low_2) ** 2)
    points = decimals(100 * (part_1 * of_2 - part_2 * of_1), of_1 * of_2, 2)
    return _difference(points, low, high)


def paired_difference(before_only: int, after_only: int, pairs: int):
    """The same people before and after."""
    if not pairs:
        return None
    change = after_only - before_only
    spread = before_only + after_only - change * change / pairs
    reach = Z * sqrt(max(0.0, spread)) / pairs
    middle = change / pairs
    return _difference(percent(change, pairs), middle - reach, middle + reach)


def byar(count: int) -> tuple[float, float]:
    """95 % limits of a count."""
    low = count * (1 - 1 / (9 * count) - Z / (3 * sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
    return low, high


def rate_in_time(count: int, time: int, day: int) -> dict:
    """Occurrences in `time`, per 1,000 days of 24 h, `day` being one."""
    answer = {"occurrences": count, "days": decimals(time, day, 2)}
    if not time:
        return answer | {"perThousandDays": None, "low": None, "high": None}
    low, high = (rounded(1_000 * limit * day / time, 3) for limit in byar(count))
    return answer | {"perThousandDays": decimals(1_000 * count * day, time, 3), "low": low, "high": high}


def relative_lift(part_1: int, of_1: int, part_2: int, of_2: int):
    """RR - 1 in percent; null if a part is 0."""
    if not part_1 or not part_2:
        return None
    reach = Z * sqrt((1 - part_1 / of_1) / part_1 + (1 - part_2 / of_2) / part_2)
    middle = log(part_1 * of_2 / (part_2 * of_1))
    exact = percent(part_1 * of_2 - part_2 * of_1, part_2 * of_1)
    low, high = (rounded(100 * (exp(middle + sign * reach) - 1)) for sign in (-1, 1))
    return {"percent": exact, "low": low, "high": high}


def chi_square(inside: int, outside: int, share: int) -> float | None:
    """Σ(observed − expected)² ÷ expected, `share` percent being expected inside."""
    every = inside + outside
    if not every or not 0 < share < 100:
        return None
    # Over the common denominator: (100·inside − share·every)² ÷ (every·share·(100 − share)).
    return (100 * inside - share * every) ** 2 / (every * share * (100 - share))


def nearest_rank(values: list, numerator: int, denominator: int):
    """The value at rank ⌈n·numerator ÷ denominator⌉ of a sorted list."""
    return values[-(-len(values) * numerator // denominator) - 1]
