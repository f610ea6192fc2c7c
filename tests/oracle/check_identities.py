"""The identities of section 19 over 200 random worlds with random zones."""

import csv
import tempfile
import unittest
from decimal import Decimal
from functools import wraps
from pathlib import Path
from unittest.mock import patch

from model import EXPONENTS, Erased, read_world
from oracle import report
from periods import DAY, Calendar, instant_text, parse_instant
from random_world import CUSTOM, LIFECYCLE, PLANS, RandomWorld

WORLDS = 200
EVERY = LIFECYCLE + PLANS + CUSTOM
GOALS = ({"purchase": {}}, {"event": "opened"}, {"quiz": {"provider": "aws"}}, {"enter": "custom:b"})


def over_worlds(count: int = WORLDS):
    """Runs a test over so many worlds; a failure names the seed."""

    def decorate(test):
        @wraps(test)
        def run(self):
            for seed in range(count):
                try:
                    test(self, RandomWorld(seed))
                except Exception as error:
                    error.add_note(f"in the world of seed {seed}")
                    raise

        return run

    return decorate


class Identities(unittest.TestCase):
    def ask(self, place: RandomWorld, name: str, world=None, **params) -> dict:
        return report(
            name, world or place.base, {"zone": place.zone, "now": instant_text(place.end + 90 * DAY)} | params
        )

    # 1 and 2

    @over_worlds()
    def test_1_as_of_is_history_and_fold(self, place):
        segment, at = place.draw.choice(EVERY), place._moment()
        members = self.ask(place, "getSegmentMembersAsOf", segment=segment, at=instant_text(at))
        self.assertEqual(set(members["userIds"]), _fold(place.ledger, segment, at))
        now = self.ask(place, "getSegmentMembersAsOf", segment=segment)
        self.assertEqual(set(now["userIds"]), {user for user, inside in place.inside.items() if segment in inside})

    @over_worlds()
    def test_2_history(self, place):
        params, segment = place.params(), place.draw.choice(EVERY)
        asked = {by: self._history(place, segment, params | {"by": by}) for by in ("day", "week", "month")}
        for by, answer in asked.items():
            self._check_history(place, segment, answer)
            for figure in ("entered", "left"):
                self.assertEqual(_total(answer, figure), _total(asked["day"], figure), by)

    def _history(self, place: RandomWorld, segment: str, params: dict) -> list:
        return report("getSegmentHistory", place.base, params | {"segment": segment})["segments"][0]["periods"]

    def _check_history(self, place: RandomWorld, segment: str, rows: list):
        known = [row for row in rows if row["size"] is not None]
        for row in known:
            self.assertEqual(row["size"], row["sizeAtStart"] + row["entered"] - row["left"])
        for row, following in zip(known, known[1:]):
            self.assertEqual(row["size"], following["sizeAtStart"])
            last = instant_text(parse_instant(following["start"]) - 1)
            self.assertEqual(row["size"], self.ask(place, "getSegmentMembersAsOf", segment=segment, at=last)["total"])

    @over_worlds()
    def test_2_compare_as_of(self, place):
        a, b = sorted(place.draw.sample(range(place.begin, place.end), 2))
        answer = self.ask(place, "compareAsOf", segment=place.draw.choice(EVERY), a=instant_text(a), b=instant_text(b))
        counts = answer["counts"]
        self.assertEqual(counts["onlyB"] - counts["onlyA"], answer["sizeB"] - answer["sizeA"])
        self.assertEqual(counts["both"] + counts["onlyA"], answer["sizeA"])

    # 3

    @over_worlds()
    def test_3_flow(self, place):
        world = place.draw.choice([place.base, place.erased(place.users[0].id)])
        instants = sorted(place.draw.sample(place.days + place.runs, 4))
        segments = place.draw.choice([LIFECYCLE, PLANS + CUSTOM])
        answer = self.ask(place, "getSegmentFlow", world, segments=segments, at=[instant_text(x) for x in instants])
        before = None
        for step in answer["steps"]:
            rows, columns = _sums(step["matrix"])
            self.assertEqual((sum(rows), sum(columns)), (answer["population"],) * 2)
            self.assertIn(before, (None, rows))
            before = columns
            self._check_sizes(place, world, segments, step, rows)

    def _check_sizes(self, place, world, segments: list, step: dict, rows: list):
        sizes = [
            self.ask(place, "getSegmentMembersAsOf", world, segment=segment, at=step["from"])["total"]
            for segment in segments
        ]
        multiple = rows[len(segments) + 1]
        if segments == LIFECYCLE:
            self.assertEqual((rows[: len(segments)], multiple), (sizes, 0))
        else:
            self.assertGreaterEqual(sum(sizes), sum(rows[: len(segments)]) + 2 * multiple)

    # 4

    @over_worlds()
    def test_4_overlap(self, place):
        world = place.draw.choice([place.base, place.erased(place.users[0].id)])
        segments = place.draw.sample(EVERY, place.draw.randint(2, 6))
        answer = self.ask(place, "getSegmentOverlap", world, segments=segments, at=instant_text(place._moment()))
        sets = [(set(row["segments"]), row["users"]) for row in answer["combinations"]]
        self.assertEqual(sum(users for _, users in sets) + answer["restUsers"] + answer["none"], answer["population"])
        sizes = {row["id"]: row["size"] for row in answer["segments"]}
        for segment, size in sizes.items():
            self.assertEqual(size, sum(users for names, users in sets if segment in names))
            total = self.ask(place, "getSegmentMembersAsOf", world, segment=segment, at=answer["at"])["total"]
            self.assertEqual(size, total)
        for pair in answer["pairs"]:
            self._check_pair(pair, sizes, sets, answer["contained"])

    def _check_pair(self, pair: dict, sizes: dict, sets: list, contained: list):
        a, b, both = pair["a"], pair["b"], pair["both"]
        self.assertEqual(both, sum(users for names, users in sets if {a, b} <= names))
        self.assertLessEqual(both, min(sizes[a], sizes[b]))
        self.assertEqual(pair["jaccard"]["of"], sizes[a] + sizes[b] - both)
        self.assertEqual(pair["ofRow"]["percent"] == 100, {"inner": a, "outer": b} in contained)
        self.assertEqual(pair["ofColumn"]["percent"] == 100, {"inner": b, "outer": a} in contained)

    # 5

    @over_worlds()
    def test_5_conversion(self, place):
        params = self._conversion_params(place)
        answer = report("getSegmentConversion", place.base, params)
        rate = answer["conversion"]
        self.assertLessEqual(rate["part"], rate["of"])
        self.assertEqual(rate["of"] + answer["pending"], answer["entrants"]["counted"])
        self.assertEqual(answer["curve"], sorted(answer["curve"]))
        self.assertEqual(answer["curve"][-1], rate["part"])
        rows = [row for row in answer["byPeriod"] if row["entered"] is not None]
        for figure, total in (("part", rate["part"]), ("of", rate["of"])):
            self.assertEqual(sum(row["conversion"][figure] for row in rows), total)
        self.assertEqual(_total(rows, "pending"), answer["pending"])
        self._check_inside_outside(place, answer)

    def _conversion_params(self, place: RandomWorld) -> dict:
        draw = place.draw
        return place.params(
            segment=draw.choice(EVERY),
            goal=draw.choice(GOALS),
            within=draw.choice(["7d", "36h", "14d", "20d"]),
            by=draw.choice(["day", "week", "month"]),
            per=draw.choice(["user", "entry"]),
            entries=draw.choice(["counted", "all"]),
            newOnly=draw.choice([False, True]),
            memberOnly=draw.choice([False, True]),
            compare=["before", "others", "insideOutside"],
        )

    def _check_inside_outside(self, place: RandomWorld, answer: dict):
        """All time from created_at and all of it once."""
        begins, end = parse_instant(answer["historyFrom"]), parse_instant(answer["to"])
        start = max(begins, parse_instant(answer["from"]))
        time = sum(max(0, end - max(start, user.created)) for user in place.users)
        days = sum(answer["insideOutside"][side]["days"] for side in ("inside", "outside"))
        self.assertAlmostEqual(days, time / DAY, delta=0.011)

    @over_worlds()
    def test_5_a_later_horizon(self, place):
        params = self._conversion_params(place) | {"now": instant_text(place.end + 90 * DAY)}
        end = parse_instant(params["to"])
        earlier, later = sorted(place.draw.sample(range(end, place.end + 30 * DAY), 2))
        first, second = (
            report("getSegmentConversion", place.base, params | {"asOf": instant_text(x)}) for x in (earlier, later)
        )
        self.assertLessEqual(first["conversion"]["part"], second["conversion"]["part"])
        self.assertGreaterEqual(first["pending"], second["pending"])

    # 6

    @over_worlds()
    def test_6_revenue_sums(self, place):
        world = place.draw.choice([place.base, place.erased(place.users[0].id)])
        answer = report("getSegmentRevenue", world, self._revenue_params(place))
        for currency in answer["currencies"]:
            if answer["sumsToTotal"]:
                for table in [currency, *currency.get("periods", [])]:
                    self._check_sum(table)
            for figure in ("gross", "refunded", "net", "purchases", "refunds"):
                if "periods" in currency:
                    self.assertEqual(
                        sum(row["total"][figure] for row in currency["periods"]), currency["total"][figure]
                    )

    def _revenue_params(self, place: RandomWorld) -> dict:
        draw = place.draw
        chosen = draw.choice([{"family": "lifecycle"}, {"family": "plan"}, {"segments": draw.sample(EVERY, 4)}])
        basis = draw.choice([{}, {"basis": "entered", "within": "5d"}])
        return place.params(
            model=draw.choice(["full", "equal", "last"]),
            by=draw.choice(["none", "day", "week", "month"]),
            **chosen,
            **basis,
        )

    def _check_sum(self, table: dict):
        lines = [*table["segments"], table["unattributed"], table["erased"]]
        for figure in ("gross", "refunded", "net"):
            self.assertEqual(sum(line[figure] for line in lines), table["total"][figure])

    @over_worlds()
    def test_6_a_whole_refund_takes_all_back(self, place):
        purchases = [event for event in place.events if event.is_purchase() and event.amount]
        refunds = [
            event._replace(id="r-" + event.id, instant=place._moment(), amount=-event.amount, refund_of=event.id)
            for event in purchases
        ]
        params = self._revenue_params(place) | {
            "from": instant_text(place.begin - DAY),
            "to": instant_text(place.end + 9 * DAY),
            "now": instant_text(place.end + 9 * DAY),
            "by": "none",
        }
        answer = report("getSegmentRevenue", place.world(events=purchases + refunds), params)
        for currency in answer["currencies"]:
            for line in [*currency["segments"], currency["total"], currency["unattributed"]]:
                self.assertEqual(line["net"], 0)

    @over_worlds()
    def test_6_and_10_order_of_arrival_does_not_matter(self, place):
        shuffled = place.world(
            events=place.draw.sample(place.events, len(place.events)),
            attempts=place.draw.sample(place.attempts, len(place.attempts)),
            users=place.draw.sample(place.users, len(place.users)),
            ledger=place.draw.sample(place.ledger, len(place.ledger)),
        )
        for name, params in self._every_report(place):
            self.assertEqual(report(name, place.base, params), report(name, shuffled, params), name)

    def _every_report(self, place: RandomWorld) -> list:
        two = place.draw.sample(EVERY, 2)
        return [
            ("getSegmentConversion", self._conversion_params(place)),
            ("getSegmentRevenue", self._revenue_params(place)),
            ("getSegmentEngagement", place.params(segments=two, by="week")),
            ("getCohorts", self._cohort_params(place)),
            ("compareSegments", place.params(a=two[0], b=two[1], goal=GOALS[0], within="7d")),
            ("getSegmentLift", place.params(segment=two[0], goal=GOALS[0], within="7d", holdout=[0, 40])),
            ("getSegmentHistory", place.params(segments=two)),
            ("getSegmentForecast", place.params(segment="lifecycle:active", days=1)),
        ]

    # 7

    def _cohort_params(self, place: RandomWorld, **more) -> dict:
        draw = place.draw
        start = draw.choice(["registered", "entered", "firstPurchase", "firstEvent"])
        measure = draw.choice(["activity", "member", "purchase", "goal", "revenue"])
        chosen = {
            "start": start,
            "measure": measure,
            "name": "opened",
            "segment": draw.choice(EVERY),
            "goal": draw.choice(GOALS),
            "by": draw.choice(["day", "week", "month"]),
            "clock": draw.choice(["calendar", "own"]),
            "columns": draw.randint(1, 6),
        }
        return place.params(**(chosen | more))

    @over_worlds()
    def test_7_cohorts(self, place):
        params = self._cohort_params(place)
        on, after = (report("getCohorts", place.base, params | {"mode": mode}) for mode in ("on", "onOrAfter"))
        if params["start"] == "registered":
            start, end = (parse_instant(on[name]) for name in ("from", "to"))
            inside = sum(start <= user.created < end for user in place.users)
            self.assertEqual(sum(row["size"] for row in on["cohorts"]), inside)
        for row, other in zip(on["cohorts"], after["cohorts"]):
            self._check_row(row, other)
        self._check_pooled(on)

    def _check_row(self, row: dict, other: dict):
        fallen = None
        for cell, reached in zip(row["cells"], other["cells"]):
            if cell is not None:
                self.assertEqual(cell["retained"]["of"], row["size"])
            if reached is not None:
                part = reached["retained"]["part"]
                self.assertGreaterEqual(part, cell["retained"]["part"])
                if fallen is not None:
                    self.assertLessEqual(part, fallen)
                fallen = part

    def _check_pooled(self, answer: dict):
        for column, pooled in enumerate(answer["pooled"]):
            cells = [row["cells"][column] for row in answer["cohorts"]]
            percents = [
                cell["retained"]["percent"] for cell in cells if cell and cell["complete"] and row_has_users(cell)
            ]
            if percents:
                self.assertLessEqual(min(percents), pooled["percent"])
                self.assertGreaterEqual(max(percents), pooled["percent"])

    @over_worlds(60)
    def test_7_own_clock_is_the_calendar_where_all_start_at_midnight(self, place):
        utc = Calendar("UTC")
        users = [user._replace(created=utc.period_of(user.created, "day").start) for user in place.users]
        world = place.world(users=users)
        params = self._cohort_params(place, start="registered", by="day") | {"zone": "UTC"}
        calendar, own = (report("getCohorts", world, params | {"clock": clock}) for clock in ("calendar", "own"))
        # Own clocks are complete one period later: they end with the last start.
        told = [
            [[cell and cell["retained"] for cell in row["cells"]] for row in answer["cohorts"]]
            for answer in (calendar, own)
        ]
        self.assertEqual(*told)

    # 8

    @over_worlds()
    def test_8_engagement(self, place):
        params = place.params(segments=EVERY)
        weeks = report("getSegmentEngagement", place.base, params | {"by": "week"})["segments"]
        for segment in weeks:
            for week in segment["periods"]:
                self._check_week(place, params, segment["id"], week)

    def _check_week(self, place: RandomWorld, params: dict, segment: str, week: dict):
        if week["members"] is None:
            return
        self.assertEqual(week["activeMembers"]["of"], week["members"])
        sticky = week["stickiness"]
        if sticky is not None:
            self.assertGreaterEqual(7 * sticky["part"], sticky["of"])
            self.assertLessEqual(sticky["part"], sticky["of"])
            self.assertEqual(sticky["of"], 7 * week["activeMembers"]["part"])

    # 9

    @patch("forecast.FEWEST", 1)  # else worlds this small know only the matrix
    @over_worlds(60)
    def test_9_nothing_after_the_origin_is_used(self, place):
        params = {
            "zone": place.zone,
            "segment": "lifecycle:active",
            "days": 2,
            "now": instant_text(place.end + 60 * DAY),
        }
        tests = report("getSegmentForecast", place.base, params)["backtest"]
        for test in tests:
            origin = parse_instant(test["origin"])
            cut = place.base.until(origin)
            alone = report("getSegmentForecast", cut, params | {"now": test["origin"]})
            told = {row["id"]: row["forecast"] for row in test["segments"]}
            self.assertEqual({row["id"]: row["size"] for row in alone["sizes"]}, told)

    # 10

    @over_worlds()
    def test_10_an_erased_user_leaves_every_rate(self, place):
        user = place.users[0].id
        # Both worlds have a ledger that begins at one instant, so that it cuts alike.
        if min(row.instant for row in place.ledger) != min(
            (row.instant for row in place.ledger if row.person != user), default=None
        ):
            return
        erased, without = place.erased(user), place.without(user)
        for name, params in self._every_report(place):
            if name != "getSegmentHistory":
                told = [_rates_only(report(name, world, params)) for world in (erased, without)]
                self.assertEqual(*told, name)

    @over_worlds()
    def test_10_revenue_keeps_the_totals(self, place):
        params = {
            "family": "plan",
            "from": instant_text(place.begin - 60 * DAY),
            "to": instant_text(place.end + 60 * DAY),
        }
        whole, erased = (
            self.ask(place, "getSegmentRevenue", world, **params)
            for world in (place.base, place.erased(place.users[0].id))
        )
        totals = [{row["currency"]: row["total"]["net"] for row in answer["currencies"]} for answer in (whole, erased)]
        self.assertEqual(*totals)

    # The CSV files give what was written.

    @over_worlds(8)
    def test_csv_round_trip(self, place):
        with tempfile.TemporaryDirectory() as folder:
            world = place.erased(place.users[0].id)
            _write(world, Path(folder))
            read = read_world(folder)
            for name, params in self._every_report(place):
                self.assertEqual(report(name, world, params), report(name, read, params), name)


def row_has_users(cell: dict) -> bool:
    return cell["retained"]["of"] > 0


def _total(rows: list, figure: str) -> int:
    return sum(row[figure] or 0 for row in rows)


def _sums(matrix: list) -> tuple[list, list]:
    rows = [sum(cell["part"] for cell in row) for row in matrix]
    columns = [sum(cell["part"] for cell in column) for column in zip(*matrix)]
    return rows, columns


def _fold(ledger: list, segment: str, at: int) -> set:
    """Membership in another way than by stays: the last word before the instant."""
    state = {}
    for row in ledger:
        if row.segment == segment and row.instant <= at:
            state[row.person] = row.entered
    return {person for person, entered in state.items() if entered}


#: What may differ after an erasure: sizes and flows, the line `erased`, what tells of it.
LEFT_OUT = {"erased", "total", "sumsToTotal", "both", "inBoth"}
SIZES = {"sizeAtStart", "size", "entered", "left"}


def _rates_only(answer):
    if isinstance(answer, list):
        return [_rates_only(row) for row in answer if not _is_about_erased(row)]
    if isinstance(answer, dict):
        return {key: _rates_only(value) for key, value in answer.items() if not _is_left_out(key, value)}
    return answer


def _is_left_out(key: str, value) -> bool:
    """A comparison has the sizes of both segments."""
    return key in LEFT_OUT or (key in SIZES and isinstance(value, dict))


def _is_about_erased(row) -> bool:
    if not isinstance(row, dict):
        return False
    only_erased = (
        "currency" in row
        and not row.get("segments")
        and not row.get("unattributed", {}).get("purchases")
        and not row.get("unattributed", {}).get("refunds")
        and "total" in row
    )
    return row.get("kind") == "erasedUsers" or only_erased


def _write(world, folder: Path):
    _csv(
        folder / "users.csv",
        "id,createdAt,randomBucket",
        ((u.id, instant_text(u.created), u.bucket) for u in world.users.values()),
    )
    _csv(
        folder / "ledger.csv",
        "no,userId,userNo,segment,entered,at,cause,runId",
        (
            (
                r.no,
                "" if isinstance(r.person, Erased) else r.person,
                r.number,
                r.segment,
                "true" if r.entered else "false",
                instant_text(r.instant),
                r.cause,
                "",
            )
            for r in world.ledger
        ),
    )
    _csv(
        folder / "events.csv",
        "id,userId,name,occurredAt,amount,currency,refundOf",
        ((e.id, e.user, e.name, instant_text(e.instant), _major(e), e.currency, e.refund_of) for e in world.events),
    )
    _csv(
        folder / "attempts.csv",
        "id,userId,certification,score,completedAt",
        ((a.id, a.user, a.certification, "", instant_text(a.instant)) for a in world.attempts),
    )
    _csv(
        folder / "erased_events.csv",
        "day,name,currency,events,gross,refunded",
        (
            (instant_text(row.day)[:10], "purchase", row.currency, row.events, row.gross, row.refunded)
            for row in world.erased_sums
        ),
    )


def _major(event) -> str:
    return "" if event.amount is None else str(Decimal(event.amount).scaleb(-EXPONENTS.get(event.currency, 2)))


def _csv(path: Path, header: str, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
