"""The values that formulas must give, and calendar traps."""

import unittest
from datetime import date
from random import Random

from model import minor_units, provider
from periods import HOUR, Calendar, instant_text, parse_instant
from rates import (
    Z,
    byar,
    chi_square,
    decimals,
    divide,
    independent_difference,
    paired_difference,
    rate,
    rate_in_time,
    relative_lift,
    wilson,
)
from revenue import split


def limits(answer: dict) -> tuple:
    return answer["low"], answer["high"]


class Formulas(unittest.TestCase):
    def test_g5_halves_go_away_from_zero(self):
        self.assertEqual([divide(5, 2), divide(-5, 2), divide(4, 3), divide(-4, 3)], [3, -3, 1, -1])
        self.assertEqual(rate(1, 800)["percent"], 0.13)  # 0.125
        self.assertEqual(rate(0, 0), {"part": 0, "of": 0, "percent": None, "low": None, "high": None})

    def test_g6_wilson(self):
        checked = {(1, 2): (9.45, 90.55), (0, 10): (0.0, 27.75), (7, 50): (6.95, 26.19), (52, 900): (4.43, 7.5)}
        for parts, expected in checked.items():
            self.assertEqual(limits(rate(*parts)), expected)

    def test_g6_solves_its_equation(self):
        """Each limit L is where |k/n − L| is z standard errors at L: 1,000 random (k, n)."""
        draw = Random(1)
        for _ in range(1000):
            of = draw.randint(1, 10 ** draw.randint(1, 6))
            part = draw.randint(0, of)
            for limit in wilson(part, of):
                self.assertAlmostEqual((part / of - limit) ** 2, Z * Z * limit * (1 - limit) / of, delta=1e-12)

    def test_g13_newcombe(self):
        answer = independent_difference(56, 70, 48, 80)
        self.assertEqual((answer["points"], *limits(answer), answer["isClear"]), (20.0, 5.24, 33.39, True))

    def test_c10_paired(self):
        answer = paired_difference(20, 35, 200)
        self.assertEqual((answer["points"], *limits(answer)), (7.5, 0.31, 14.69))
        self.assertEqual(limits(paired_difference(1, 1, 2)), (-100.0, 100.0))

    def test_c12_byar(self):
        self.assertEqual(
            rate_in_time(30, 4000, 1),
            {"occurrences": 30, "days": 4000.0, "perThousandDays": 7.5, "low": 5.059, "high": 10.707},
        )
        self.assertEqual(
            rate_in_time(0, 4000, 1),
            {"occurrences": 0, "days": 4000.0, "perThousandDays": 0.0, "low": 0.0, "high": 0.917},
        )
        self.assertGreater(byar(1)[0], 0)

    def test_l4_lift(self):
        self.assertEqual((rate(540, 9000)["percent"], rate(45, 1000)["percent"]), (6.0, 4.5))
        answer = independent_difference(540, 9000, 45, 1000)
        self.assertEqual((answer["points"], *limits(answer), answer["isClear"]), (1.5, -0.04, 2.73, False))
        lift = relative_lift(540, 9000, 45, 1000)
        self.assertEqual((lift["percent"], *limits(lift)), (33.33, -0.93, 79.44))

    def test_l4_balance(self):
        self.assertEqual(round(chi_square(1140, 8860, 10), 3), 21.778)

    def test_r4_equal_split(self):
        self.assertEqual(list(split(1001, ["a", "b", "c"]).values()), [334, 334, 333])
        self.assertEqual(list(split(-1001, ["a", "b", "c"]).values()), [-334, -334, -333])

    def test_k6_pooled(self):
        self.assertEqual(decimals(100 * (500 + 400), 1000 + 500, 2), 60.0)

    def test_d3_minor_units(self):
        self.assertEqual(
            [minor_units(*pair) for pair in (("29.00", "EUR"), ("-5", "EUR"), ("2900", "JPY"), ("1.234", "KWD"))],
            [2900, -500, 2900, 1234],
        )
        with self.assertRaises(ValueError):
            minor_units("1.5", "JPY")

    def test_providers(self):
        names = ["AWS-SAA-C03", "saa—c03", "AZ-104", "GCP ACE", "CompTIA Security+", "Amazon: x", "AZ-1045"]
        self.assertEqual([provider(name) for name in names], ["aws", "aws", "azure", "gcp", "other", "aws", "other"])


class Periods(unittest.TestCase):
    def first(self, zone: str, *day) -> str:
        return instant_text(Calendar(zone).first_instant(date(*day)))

    def hours(self, zone: str, *day) -> int:
        period = Calendar(zone).period_from(date(*day), "day")
        return (period.end - period.start) // HOUR

    def test_a_night_without_midnight(self):
        self.assertEqual(self.first("America/Sao_Paulo", 2018, 11, 4), "2018-11-04T03:00:00Z")
        self.assertEqual([self.hours("America/Sao_Paulo", 2018, 11, day) for day in (3, 4, 5)], [24, 23, 24])

    def test_days_of_23_and_25_hours(self):
        self.assertEqual(self.hours("Europe/Berlin", 2026, 3, 29), 23)
        self.assertEqual(self.hours("Europe/Berlin", 2026, 10, 25), 25)
        self.assertEqual(self.hours("America/Sao_Paulo", 2018, 2, 17), 25)

    def test_midnight_that_comes_twice(self):
        # Havana's clocks go back at 01:00 to 00:00; St. John's went back at 00:01 to 23:01.
        self.assertEqual(self.first("America/Havana", 2025, 11, 2), "2025-11-02T04:00:00Z")
        self.assertEqual(self.first("America/St_Johns", 2010, 11, 7), "2010-11-07T02:30:00Z")
        again_23_30 = parse_instant("2010-11-07T03:00:00Z")
        self.assertEqual(Calendar("America/St_Johns").day_of(again_23_30), date(2010, 11, 7))

    def test_a_date_that_is_left_out(self):
        apia = Calendar("Pacific/Apia")
        self.assertEqual(apia.first_instant(date(2011, 12, 30)), apia.first_instant(date(2011, 12, 31)))
        days = apia.periods(apia.first_instant(date(2011, 12, 29)), apia.first_instant(date(2012, 1, 1)), "day")
        self.assertEqual(len(days), 2)

    def test_weeks_across_new_year_and_months(self):
        utc = Calendar("UTC")
        week = utc.period_of(parse_instant("2026-01-01T12:00:00Z"), "week")
        self.assertEqual([instant_text(x) for x in week], ["2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"])
        january = utc.period_of(parse_instant("2026-01-31T12:00:00Z"), "month")
        self.assertEqual(instant_text(utc.later(january, 1, "month").start), "2026-02-01T00:00:00Z")
