"""Every table and number of the example world W."""

import unittest
from pathlib import Path

from model import read_world
from oracle import report

W = read_world(Path(__file__).parent / "world_w")
LIFECYCLE = [f"lifecycle:{value}" for value in ("new", "active", "inactive", "churned")]
MIXED = ["lifecycle:active", "lifecycle:inactive", "plan:pro"]


def ask(name: str, now: str = "2026-04-01T00:00:00Z", **params) -> dict:
    return report(name, W, {"zone": "UTC", "now": now} | params)


def parts(rate) -> tuple | None:
    return rate and (rate["part"], rate["of"])


class WorldW(unittest.TestCase):
    maxDiff = None

    def assertHolds(self, answer, example, path="answer"):
        """All that the example shows is in the answer; an example may leave keys out."""
        if isinstance(example, dict):
            for key, value in example.items():
                self.assertHolds(answer[key], value, f"{path}.{key}")
        elif isinstance(example, list):
            self.assertEqual(len(answer), len(example), path)
            for place, value in enumerate(example):
                self.assertHolds(answer[place], value, f"{path}[{place}]")
        else:
            self.assertEqual(answer, example, path)


class Conversion(WorldW):
    def conversion(self, **more) -> dict:
        params = {
            "segment": "lifecycle:inactive",
            "goal": {"purchase": {}},
            "within": "7d",
            "from": "2026-03-02",
            "to": "2026-03-22",
            "asOf": "2026-03-24T00:00:00Z",
        }
        return ask("getSegmentConversion", **(params | more))

    def test_c7(self):
        answer = self.conversion()
        self.assertEqual(answer["conversion"], {"part": 1, "of": 2, "percent": 50.0, "low": 9.45, "high": 90.55})
        self.assertEqual(answer["pending"], 1)

    def test_c7_by_entrant(self):
        weeks = self.conversion(by="day")["byPeriod"]
        entered = {row["start"][5:10]: (parts(row["conversion"]), row["pending"]) for row in weeks if row["entered"]}
        self.assertEqual(entered, {"03-06": ((1, 1), 0), "03-16": ((0, 1), 0), "03-20": ((0, 0), 1)})

    def test_c7_first_seen_is_told_beside(self):
        answer = self.conversion(**{"from": "2026-03-01"})
        self.assertEqual(answer["entrants"], {"counted": 3, "firstSeen": 1, "definition": 0})

    def test_c7_horizon_to_the_microsecond(self):
        at, before = (self.conversion(asOf=text) for text in ("2026-03-23T00:00:00Z", "2026-03-22T23:59:59.999999Z"))
        self.assertEqual((at["conversion"]["of"], at["pending"]), (2, 1))
        self.assertEqual((before["conversion"]["of"], before["pending"]), (1, 2))

    def test_c10(self):
        answer = self.conversion(compare=["before"])["before"]
        self.assertEqual((answer["beforeOnly"], answer["afterOnly"], answer["pairs"]), (1, 1, 2))
        self.assertEqual(answer["difference"]["points"], 0.0)

    def test_c12(self):
        answer = self.conversion(compare=["insideOutside"], **{"from": "2026-03-01"})["insideOutside"]
        told = {side: (row["occurrences"], row["days"], row["perThousandDays"]) for side, row in answer.items()}
        self.assertEqual(told, {"inside": (2, 23.0, 86.957), "outside": (4, 90.25, 44.321)})

    def test_section_15_example(self):
        example = {
            "entrants": {"counted": 3, "firstSeen": 0, "definition": 0},
            "conversion": {"part": 1, "of": 2, "percent": 50.0, "low": 9.45, "high": 90.55},
            "pending": 1,
            "pendingConverted": 0,
            "before": {
                "pairs": 2,
                "beforeOnly": 1,
                "afterOnly": 1,
                "difference": {"points": 0.0, "low": -100.0, "high": 100.0},
            },
            "revenueWithin": [{"currency": "EUR", "minor": -2000, "perEntrantMinor": -1000}],
            "curve": [0, 0, 1, 1, 1, 1, 1, 1],
            "zone": "UTC",
            "historyFrom": "2026-03-01T00:00:00Z",
            "notes": [],
            "observational": True,
        }
        self.assertHolds(self.conversion(compare=["before"]), example)

    def test_x2_table_by_week(self):
        rows = self.conversion()["byPeriod"]
        told = [
            (
                row["start"][:10],
                row["entered"],
                parts(row["conversion"]),
                row["conversion"]["low"],
                row["conversion"]["high"],
                row["pending"],
            )
            for row in rows
        ]
        self.assertEqual(
            told,
            [
                ("2026-03-02", 1, (1, 1), 20.65, 100.0, 0),
                ("2026-03-09", 0, (0, 0), None, None, 0),
                ("2026-03-16", 2, (0, 1), 0.0, 79.35, 1),
            ],
        )


class Engagement(WorldW):
    def test_e5(self):
        answer = ask(
            "getSegmentEngagement", segments=["lifecycle:active"], **{"from": "2026-03-16", "to": "2026-03-23"}
        )
        (week,) = answer["segments"][0]["periods"]
        self.assertEqual(week["members"], 3)
        self.assertEqual((parts(week["activeMembers"]), week["activeMembers"]["percent"]), ((1, 3), 33.33))
        self.assertEqual(week["stickiness"], {"part": 1, "of": 7, "percent": 14.29})


class Revenue(WorldW):
    def revenue(self, **more) -> dict:
        return ask("getSegmentRevenue", **({"from": "2026-03-01", "to": "2026-03-22"} | more))

    def lines(self, answer: dict, place: int, *figures) -> dict:
        table = answer["currencies"][place]
        rows = {row["id"]: row for row in table["segments"]} | {
            name: table[name] for name in ("unattributed", "erased", "total")
        }
        return {name: tuple(row[figure] for figure in figures) for name, row in rows.items()}

    def test_r7_lifecycle_in_any_model(self):
        expected = {
            "lifecycle:active": (7800, -5000, 2800),
            "lifecycle:inactive": (4000, 0, 4000),
            "unattributed": (0, 0, 0),
            "erased": (0, 0, 0),
            "total": (11800, -5000, 6800),
        }
        for model in ("full", "equal", "last"):
            answer = self.revenue(family="lifecycle", model=model)
            self.assertEqual(self.lines(answer, 0, "gross", "refunded", "net"), expected, model)
            self.assertTrue(answer["sumsToTotal"])

    def test_r7_three_segments(self):
        nets = {"equal": (2400, 2000, 2400), "last": (2800, 3000, 1000), "full": (2800, 4000, 4800)}
        for model, expected in nets.items():
            answer = self.revenue(segments=MIXED, model=model)
            lines = self.lines(answer, 0, "net")
            self.assertEqual(tuple(lines[name][0] for name in MIXED), expected, model)
            self.assertEqual((lines["unattributed"], lines["total"]), ((0,), (6800,)))
            self.assertEqual(answer["sumsToTotal"], model != "full")
            self.assertEqual(answer["notes"], [{"kind": "overlapping"}] if model == "full" else [])

    def test_r7_dollars(self):
        for chosen in ({"family": "lifecycle"}, {"segments": MIXED}):
            answer = self.revenue(**chosen)
            self.assertEqual(answer["currencies"][1]["currency"], "USD")
            self.assertEqual(self.lines(answer, 1, "net"), {"unattributed": (1200,), "erased": (0,), "total": (1200,)})

    def test_section_15_example(self):
        nothing = {"gross": 0, "refunded": 0, "net": 0}
        dollars = {"gross": 1200, "refunded": 0, "net": 1200}
        example = {
            "model": "equal",
            "basis": "member",
            "currencies": [
                {
                    "currency": "EUR",
                    "total": {
                        "gross": 11800,
                        "refunded": -5000,
                        "net": 6800,
                        "purchases": 5,
                        "refunds": 1,
                        "buyers": 4,
                    },
                    "segments": [
                        {"id": "plan:pro", "gross": 2400, "refunded": 0, "net": 2400},
                        {"id": "lifecycle:active", "gross": 7400, "refunded": -5000, "net": 2400},
                        {"id": "lifecycle:inactive", "gross": 2000, "refunded": 0, "net": 2000},
                    ],
                    "unattributed": nothing,
                    "erased": nothing,
                },
                {
                    "currency": "USD",
                    "total": dollars | {"purchases": 1, "refunds": 0, "buyers": 1},
                    "segments": [],
                    "unattributed": dollars,
                    "erased": nothing,
                },
            ],
            "sumsToTotal": True,
            "zone": "UTC",
            "historyFrom": "2026-03-01T00:00:00Z",
            "notes": [],
        }
        self.assertHolds(self.revenue(segments=MIXED, model="equal"), example)


class Cohorts(WorldW):
    def test_k9(self):
        answer = ask(
            "getCohorts",
            now="2026-03-24T00:00:00Z",
            start="registered",
            measure="purchase",
            by="week",
            columns=4,
            **{"from": "2026-03-02", "to": "2026-03-16"},
        )
        told = [
            (
                row["start"][:10],
                row["size"],
                [cell and (cell["retained"]["part"], cell["complete"]) for cell in row["cells"]],
            )
            for row in answer["cohorts"]
        ]
        self.assertEqual(
            told,
            [
                ("2026-03-02", 1, [(0, True), (1, True), (0, True), (0, False)]),
                ("2026-03-09", 1, [(1, True), (0, True), (0, False), None]),
            ],
        )
        self.assertEqual([parts(pooled) for pooled in answer["pooled"]], [(1, 2), (1, 2), (0, 1), None])


class Flow(WorldW):
    def test_f4(self):
        answer = ask("getSegmentFlow", family="lifecycle", at=["2026-03-08T00:00:00Z", "2026-03-22T00:00:00Z"])
        (step,) = answer["steps"]
        states = answer["states"]
        moved = {
            (start.rpartition(":")[2], end.rpartition(":")[2]): cell["part"]
            for start, row in zip(states, step["matrix"])
            for end, cell in zip(states, row)
            if cell["part"]
        }
        self.assertEqual(
            moved,
            {
                ("new", "inactive"): 1,
                ("active", "inactive"): 1,
                ("inactive", "active"): 2,
                ("churned", "churned"): 1,
                ("absent", "active"): 1,
            },
        )
        self.assertEqual(step["moves"], {"entered": 7, "left": 6})
        self.assertEqual(answer["population"], 6)


class Overlap(WorldW):
    SEGMENTS = ["lifecycle:active", "lifecycle:inactive", "plan:pro", "plan:free"]

    def setUp(self):
        self.answer = ask("getSegmentOverlap", segments=self.SEGMENTS, at="2026-03-22T00:00:00Z")

    def test_o4_matrix(self):
        self.assertEqual([row["size"] for row in self.answer["segments"]], [3, 2, 2, 4])
        both = {(pair["a"], pair["b"]): pair for pair in self.answer["pairs"]}
        expected = {
            (0, 1): (0, 0.0, 0.0),
            (0, 2): (2, 66.67, 100.0),
            (0, 3): (1, 33.33, 25.0),
            (1, 2): (0, 0.0, 0.0),
            (1, 3): (2, 100.0, 50.0),
            (2, 3): (0, 0.0, 0.0),
        }
        for (a, b), figures in expected.items():
            pair = both[self.SEGMENTS[a], self.SEGMENTS[b]]
            self.assertEqual((pair["both"], pair["ofRow"]["percent"], pair["ofColumn"]["percent"]), figures)
        self.assertEqual(both["lifecycle:active", "plan:pro"]["jaccard"], {"part": 2, "of": 3, "percent": 66.67})

    def test_o4_contained(self):
        pairs = {(row["inner"], row["outer"]) for row in self.answer["contained"]}
        self.assertEqual(pairs, {("plan:pro", "lifecycle:active"), ("lifecycle:inactive", "plan:free")})

    def test_o4_combinations(self):
        told = [(row["segments"], row["users"]) for row in self.answer["combinations"]]
        self.assertEqual(
            told,
            [
                (["lifecycle:active", "plan:pro"], 2),
                (["lifecycle:inactive", "plan:free"], 2),
                (["lifecycle:active", "plan:free"], 1),
                (["plan:free"], 1),
            ],
        )
        self.assertEqual((self.answer["none"], self.answer["population"]), (0, 6))
