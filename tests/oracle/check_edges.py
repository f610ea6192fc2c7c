"""Named edge cases of section 19, each as the smallest world that shows it."""

import unittest

from agree import differences
from model import Attempt, Definition, Erased, ErasedSum, Event, LedgerRow, User, World
from oracle import report
from periods import parse_instant

OLD = "2025-01-01"


def at(text: str) -> int:
    """`05` is midnight of 2026-03-05 in UTC, `05 12:00` noon."""
    day, _, time = text.partition(" ")
    prefix = day if "-" in day else f"2026-03-{day}"
    return parse_instant(f"{prefix}T{time or '00:00:00'}Z")


class Build:
    """A world in a line: members enter by `run` unless told otherwise."""

    def __init__(self, *users: str, created: str = "2026-02-27", bucket: int = 0):
        self.users = [User(user, at(created), bucket) for user in users]
        self.rows, self.bought, self.taken, self.sums, self.definitions = [], [], [], [], {}

    def _move(self, user, segment, text, entered, cause):
        number = user.number if isinstance(user, Erased) else int(user[1:])
        self.rows.append(LedgerRow(len(self.rows) + 1, user, number, segment, entered, at(text), cause))
        return self

    def enter(self, user, segment, text, cause="run"):
        return self._move(user, segment, text, True, cause)

    def leave(self, user, segment, text, cause="run"):
        return self._move(user, segment, text, False, cause)

    def buy(self, id, user, text, amount=100, currency="EUR", refund_of=None, name="purchase"):
        self.bought.append(Event(id, user, name, at(text), amount, currency, refund_of))
        return self

    def quiz(self, user, text, certification="AWS-SAA-C03"):
        self.taken.append(Attempt(f"q{len(self.taken)}", user, certification, at(text)))
        return self

    def ask(self, name: str, **params) -> dict:
        world = World(self.users, self.rows, self.bought, self.taken, self.sums, self.definitions)
        common = {"zone": "UTC", "now": "2026-03-31T00:00:00Z", "from": "2026-03-01", "to": "2026-03-31"}
        return report(name, world, common | params)

    def conversion(self, **params) -> dict:
        return self.ask(
            "getSegmentConversion", **({"segment": "plan:pro", "goal": {"purchase": {}}, "within": "7d"} | params)
        )

    def nets(self, **params) -> dict:
        answer = self.ask("getSegmentRevenue", **({"family": "plan"} | params))
        return {
            row["currency"]: {line["id"]: line["net"] for line in row["segments"]}
            | {"unattributed": row["unattributed"]["net"]}
            for row in answer["currencies"]
        }


class Windows(unittest.TestCase):
    def converted(self, text: str, **params) -> int:
        world = Build("u1").enter("u1", "plan:pro", "05").leave("u1", "plan:pro", "08").buy("a", "u1", text)
        return world.conversion(**params)["conversion"]["part"]

    def test_goal_at_the_entry_and_at_the_end_of_the_window(self):
        self.assertEqual(
            [self.converted(text) for text in ("05", "05 00:00:00.000001", "12", "12 00:00:00.000001")], [0, 1, 1, 0]
        )

    def test_member_only_ends_with_the_stay(self):
        self.assertEqual([self.converted(text, memberOnly=True) for text in ("07 23:59:59.999999", "08")], [1, 0])

    def test_new_only(self):
        world = Build("u1").enter("u1", "plan:pro", "05").buy("a", "u1", "05").buy("b", "u1", "06")
        self.assertEqual(world.conversion(newOnly=True)["entrants"]["counted"], 0)
        self.assertEqual(world.conversion()["conversion"]["part"], 1)

    def test_each_user_once_at_the_first_entry(self):
        world = (
            Build("u1")
            .enter("u1", "plan:pro", "05")
            .leave("u1", "plan:pro", "06")
            .enter("u1", "plan:pro", "10")
            .buy("a", "u1", "12 01:00:00")
        )
        self.assertEqual([world.conversion(per=per)["conversion"]["of"] for per in ("user", "entry")], [1, 2])
        self.assertEqual([world.conversion(per=per)["conversion"]["part"] for per in ("user", "entry")], [0, 1])

    def test_amount_0_is_no_goal_but_a_purchase(self):
        world = Build("u1").enter("u1", "plan:pro", "05").buy("a", "u1", "06", 0)
        self.assertEqual(world.conversion()["conversion"]["part"], 0)
        self.assertEqual(world.conversion(goal={"event": "purchase"})["conversion"]["part"], 1)
        total = world.ask("getSegmentRevenue", family="plan")["currencies"][0]["total"]
        self.assertEqual((total["purchases"], total["buyers"], total["gross"]), (1, 1, 0))


class Entries(unittest.TestCase):
    def test_kinds(self):
        world = Build("u1", "u2", "u3", "u4", created=OLD)
        for user in ("u1", "u2", "u3", "u4"):
            world.enter(user, "plan:free", "01")
        for user, cause in (("u1", "run"), ("u2", "admin"), ("u3", "segment_saved"), ("u4", "sync")):
            world.enter(user, "plan:pro", "05", cause)
        self.assertEqual(world.conversion()["entrants"], {"counted": 3, "firstSeen": 0, "definition": 1})
        free = world.conversion(segment="plan:free")
        self.assertEqual(free["entrants"], {"counted": 0, "firstSeen": 4, "definition": 0})
        self.assertEqual(world.conversion(segment="plan:free", entries="all")["entrants"]["counted"], 4)

    def test_first_seen_needs_more_than_seven_days(self):
        for created, counted in (("2026-02-26", 1), ("2026-02-25 23:59:59.999999", 0)):
            world = Build("u1", created=created).enter("u1", "plan:pro", "05")
            self.assertEqual(world.conversion()["entrants"]["counted"], counted)

    def test_enter_and_leave_at_one_instant(self):
        world = Build("u1").enter("u1", "plan:pro", "05").leave("u1", "plan:pro", "05")
        self.assertEqual(world.conversion()["entrants"]["counted"], 0)
        rows = world.ask("getSegmentHistory", segment="plan:pro", by="month")["segments"][0]["periods"]
        self.assertEqual((rows[0]["entered"], rows[0]["left"], rows[0]["size"]), (1, 1, 0))

    def test_leave_and_enter_at_one_instant(self):
        world = Build("u1").enter("u1", "plan:pro", "05").leave("u1", "plan:pro", "08").enter("u1", "plan:pro", "08")
        self.assertEqual(world.conversion(per="entry")["entrants"]["counted"], 2)
        self.assertEqual(world.ask("getSegmentMembersAsOf", segment="plan:pro", at="2026-03-08")["total"], 1)

    def test_a_definition_edited_within_the_range(self):
        world = Build("u1").enter("u1", "custom:x", "05")
        world.definitions["custom:x"] = Definition(at("04"), ((2, at("09")), (3, at("2026-04-09"))))
        notes = world.conversion(segment="custom:x")["notes"]
        self.assertIn(
            {"kind": "definitionChanged", "segment": "custom:x", "at": "2026-03-09T00:00:00Z", "version": 2}, notes
        )
        # The ledger begins on 03-05, after the segment was made.
        self.assertIn({"kind": "historyBegins", "segment": "custom:x", "at": "2026-03-05T00:00:00Z"}, notes)
        self.assertEqual(sum(note["kind"] == "definitionChanged" for note in notes), 1)


class Money(unittest.TestCase):
    def moved(self) -> Build:
        """free until 03-10, then pro."""
        return (
            Build("u1", "u2")
            .enter("u1", "plan:free", "02")
            .leave("u1", "plan:free", "10")
            .enter("u1", "plan:pro", "10")
        )

    def test_purchase_at_the_instant_of_an_enter(self):
        self.assertEqual(self.moved().buy("a", "u1", "10").nets(), {"EUR": {"plan:pro": 100, "unattributed": 0}})
        before = self.moved().buy("a", "u1", "09 23:59:59.999999")
        self.assertEqual(before.nets(), {"EUR": {"plan:free": 100, "unattributed": 0}})

    def test_two_currencies_at_one_instant(self):
        nets = self.moved().buy("a", "u1", "05").buy("b", "u1", "05", 7, "JPY").nets()
        self.assertEqual(
            nets, {code: {"plan:free": net, "unattributed": 0} for code, net in (("EUR", 100), ("JPY", 7))}
        )

    def test_a_refund_goes_back_where_its_purchase_went(self):
        nets = self.moved().buy("a", "u1", "05").buy("r", "u1", "15", -40, refund_of="a").nets()
        self.assertEqual(nets["EUR"], {"plan:free": 60, "unattributed": 0})

    def test_a_refund_before_its_purchase_arrives(self):
        nets = self.moved().buy("r", "u1", "15", -40, refund_of="a").nets()
        self.assertEqual(nets["EUR"], {"plan:pro": -40, "unattributed": 0})

    def test_a_refund_of_another_users_id(self):
        nets = self.moved().buy("a", "u2", "05").buy("r", "u1", "15", -40, refund_of="a").nets()
        self.assertEqual(nets["EUR"], {"plan:pro": -40, "unattributed": 100})

    def test_last_touch_within_five_days(self):
        params = {"basis": "entered", "within": "5d", "model": "last"}
        for text, place in (
            ("10", "unattributed"),
            ("10 00:00:00.000001", "plan:pro"),
            ("15", "plan:pro"),
            ("15 00:00:00.000001", "unattributed"),
        ):
            nets = self.moved().buy("a", "u1", text).nets(**params)["EUR"]
            self.assertEqual(nets.get(place), 100, text)

    def test_entering_two_plans_within_the_window_does_not_sum(self):
        world = self.moved().buy("a", "u1", "11")
        answer = world.ask("getSegmentRevenue", family="plan", basis="entered", within="20d", model="full")
        self.assertFalse(answer["sumsToTotal"])
        self.assertEqual(sum(line["net"] for line in answer["currencies"][0]["segments"]), 200)

    def test_sums_of_the_erased_have_a_line(self):
        world = self.moved().buy("a", "u1", "05")
        world.sums = [ErasedSum(at("31"), "EUR", 1, 9, 0), ErasedSum(at("30"), "EUR", 2, 50, -20)]
        row = world.ask("getSegmentRevenue", family="plan")["currencies"][0]
        self.assertEqual((row["erased"]["gross"], row["erased"]["refunded"], row["total"]["net"]), (50, -20, 130))

    def test_per_member(self):
        # pro from 03-10 on: 21 of 30 days of the range.
        line = (
            self.moved()
            .buy("a", "u1", "15", 2100)
            .ask("getSegmentRevenue", family="plan")["currencies"][0]["segments"][0]
        )
        # The history begins on 03-02: 21 of 29 days.
        self.assertEqual((line["id"], line["perMemberMinor"]), ("plan:pro", 2900))


class Ties(unittest.TestCase):
    def test_last_of_those_entered_at_one_instant_is_the_least_id(self):
        for segments in (
            ["certification:aws_focus", "certification:gcp_focus"],
            ["plan:pro", "lifecycle:active"],
            ["lifecycle:new", "custom:a"],
        ):
            world = Build("u1").buy("a", "u1", "06")
            for segment in segments[::-1]:
                world.enter("u1", segment, "05")
            nets = world.nets(family=None, segments=segments, model="last")
            self.assertEqual(nets["EUR"], {segments[0]: 100, "unattributed": 0})

    def test_last_is_the_one_entered_later_whatever_its_id(self):
        world = Build("u1").enter("u1", "plan:pro", "05").enter("u1", "custom:a", "06").buy("a", "u1", "07")
        nets = world.nets(family=None, segments=["plan:pro", "custom:a"], model="last")
        self.assertEqual(nets["EUR"], {"custom:a": 100, "unattributed": 0})


class Beside(unittest.TestCase):
    def test_before_needs_a_whole_window_since_registration(self):
        for created, pairs in (("2026-02-26", 1), ("2026-02-26 00:00:00.000001", 0)):
            world = Build("u1", created=created).enter("u1", "plan:pro", "05")
            self.assertEqual(world.conversion(compare=["before"])["before"]["pairs"], pairs)

    def test_before_is_from_e_less_w_to_e(self):
        for text, part in (("2026-02-26", 1), ("2026-02-25 23:59:59.999999", 0), ("05", 0), ("04 23:59:59.999999", 1)):
            world = Build("u1", created="2026-02-26").enter("u1", "plan:pro", "05").buy("a", "u1", text)
            self.assertEqual(world.conversion(compare=["before"])["before"]["beforeOnly"], part, text)

    def others(self, bucket: int = 0, created: str = "2026-02-27", stays=(), text: str = "10") -> tuple:
        """u1 enters on 03-05, u2 on 03-15; u3 is the control, and buys."""
        world = (
            Build("u1", "u2").enter("u1", "plan:pro", "05").enter("u2", "plan:free", "01").enter("u2", "plan:pro", "15")
        )
        world.users.append(User("u3", at(created), bucket))
        for entered, left in stays:
            world.enter("u3", "plan:pro", entered).leave("u3", "plan:pro", left)
        answer = world.buy("a", "u3", text).conversion(compare=["others"])["others"]["conversion"]
        return answer["part"], answer["of"]

    def test_others_stand_on_the_calendar_of_the_entrants(self):
        # Buckets 0 to 49 stand at 03-05, 50 to 99 at 03-15: rank ⌈(2b + 1)·2 ÷ 200⌉.
        told = [self.others(bucket, text=text) for bucket in (0, 49, 50, 99) for text in ("10", "20")]
        self.assertEqual(told, [(1, 1), (0, 1)] * 2 + [(0, 1), (1, 1)] * 2)

    def test_others_take_the_rank_in_the_middle_of_their_bucket(self):
        # ⌈(2·66 + 1)·3 ÷ 200⌉ = 2: the entry of 03-10.
        world = Build("u1", "u2", "u3", created="2026-03-01")
        for user, day in (("u1", "05"), ("u2", "10"), ("u3", "15")):
            world.enter(user, "plan:free", "01").enter(user, "plan:pro", day)
        world.users.append(User("u4", at("01"), 66))
        answer = world.buy("a", "u4", "11").conversion(compare=["others"])["others"]["conversion"]
        self.assertEqual((answer["part"], answer["of"]), (1, 1))

    def test_others_were_there_and_no_members(self):
        self.assertEqual(self.others(created="05"), (1, 1))
        self.assertEqual(self.others(created="05 00:00:00.000001"), (0, 0))
        self.assertEqual(self.others(stays=[("2026-02-27", "05 00:00:00.000001")]), (0, 0))
        self.assertEqual(self.others(stays=[("2026-02-27", "05")]), (1, 1))
        self.assertEqual(self.others(stays=[("20", "21")]), (0, 0))

    def test_inside_and_outside_begin_with_registration(self):
        world = (
            Build("u1", created="03")
            .enter("u1", "plan:pro", "01")
            .leave("u1", "plan:pro", "13")
            .buy("a", "u1", "02")
            .buy("b", "u1", "04")
        )
        sides = world.conversion(compare=["insideOutside"])["insideOutside"]
        self.assertEqual(
            {side: (row["occurrences"], row["days"]) for side, row in sides.items()},
            {"inside": (1, 10.0), "outside": (0, 18.0)},
        )


class Groups(unittest.TestCase):
    def test_differences_leave_out_who_is_in_both(self):
        world = Build("u1", "u2", "u3").enter("u1", "plan:pro", "01").enter("u2", "plan:pro", "01")
        world.enter("u2", "custom:a", "01").enter("u3", "custom:a", "01").buy("a", "u1", "02").buy("b", "u2", "02")
        answer = world.ask("compareSegments", a="plan:pro", b="custom:a", goal={"purchase": {}}, within="7d")
        for figure in ("activeMembers", "conversion"):
            row = answer[figure]
            self.assertEqual((row["a"]["part"], row["b"]["part"], row["b"]["of"]), (2, 1, 2))
            self.assertEqual((row["difference"]["points"], row["inBoth"]), (100.0, 1))
        self.assertEqual((answer["both"], answer["inBoth"]), (1, 1))

    def test_holdout_is_b0_to_b1_and_the_balance_counts_pending(self):
        world = Build()
        for n in range(1, 41):
            world.users.append(User(f"u{n}", at("2026-02-27"), n - 1))
            world.enter(f"u{n}", "plan:free", "01").enter(f"u{n}", "plan:pro", "05" if n <= 10 else "29")
        answer = world.ask("getSegmentLift", segment="plan:pro", goal={"purchase": {}}, within="7d", holdout=[2, 5])
        self.assertEqual((answer["holdout"]["of"], answer["treated"]["of"], answer["pending"]), (4, 6, 30))
        # 4 of 40 against 4 percent: 2.4² ÷ 1.6 + 2.4² ÷ 38.4.
        self.assertEqual(answer["balance"], {"chiSquare": 3.75, "unbalanced": False})
        self.assertIsNone(answer["lift"])

    def test_an_unbalanced_split_is_noted_first(self):
        world = Build(*(f"u{n}" for n in range(1, 9)))
        for n in range(1, 9):
            world.enter(f"u{n}", "plan:pro", "05")
        answer = world.ask("getSegmentLift", segment="plan:pro", goal={"purchase": {}}, within="7d", holdout=[0, 9])
        self.assertTrue(answer["balance"]["unbalanced"])
        self.assertEqual(answer["notes"][0]["kind"], "unbalanced")


class CohortCells(unittest.TestCase):
    def cells(self, **params) -> list:
        world = Build("u1", created="03 12:00:00").enter("u1", "plan:pro", "04").buy("a", "u1", "10 11:00:00")
        asked = {
            "start": "registered",
            "measure": "purchase",
            "columns": 3,
            "from": "2026-03-02",
            "to": "2026-03-09",
        } | params
        return [
            cell and (cell["retained"]["part"], cell["complete"])
            for cell in world.ask("getCohorts", **asked)["cohorts"][0]["cells"]
        ]

    def test_own_clock_is_complete_for_the_whole_cohort(self):
        # The week of 03-02 ends on 03-09; column 0 of its last member ends on 03-16.
        self.assertEqual(self.cells(clock="own", now="2026-03-16T00:00:00Z"), [(1, True), (0, False), (0, False)])
        self.assertEqual(self.cells(clock="own", now="2026-03-15T23:59:59.999999Z")[:2], [(1, False), (0, False)])

    def test_calendar(self):
        self.assertEqual(self.cells(now="2026-03-16T00:00:00Z"), [(0, True), (1, True), (0, False)])
        self.assertEqual(self.cells(now="2026-03-15T23:59:59.999999Z"), [(0, True), (1, False), None])

    def test_on_or_after(self):
        self.assertEqual(self.cells(mode="onOrAfter", now="2026-03-17T00:00:00Z"), [(1, True), (1, True), None])

    def test_revenue_cumulates(self):
        world = (
            Build("u1", "u2", created="03").buy("a", "u1", "04", 5).buy("b", "u2", "10", 10).buy("r", "u1", "11", -2)
        )
        asked = {"start": "registered", "measure": "revenue", "columns": 2, "from": "2026-03-02", "to": "2026-03-09"}
        cells = world.ask("getCohorts", **asked)["cohorts"][0]["cells"]
        told = [[tuple(row.values()) for row in cell["revenue"]] for cell in cells]
        self.assertEqual(told, [[("EUR", 5, 5, 3)], [("EUR", 8, 13, 7)]])


class Nothing(unittest.TestCase):
    def test_no_goals(self):
        answer = Build("u1").enter("u1", "plan:pro", "05").conversion(compare=["before", "others", "insideOutside"])
        self.assertIn({"kind": "goalBegins", "at": None}, answer["notes"])
        self.assertEqual((answer["timeToConvert"], answer["revenueWithin"]), (None, []))

    def test_no_members(self):
        answer = Build("u1").conversion()
        self.assertEqual((answer["conversion"]["percent"], answer["historyFrom"]), (None, None))
        self.assertIsNone(answer["others"]["difference"])

    def test_the_range_is_cut_where_it_passes_the_horizon(self):
        world = Build("u1").enter("u1", "plan:pro", "05").enter("u1", "custom:a", "20").buy("a", "u1", "06")
        told = {}
        for text in ("2026-03-31T00:00:00Z", "2026-03-20T00:00:00Z"):
            answer = world.conversion(segment="custom:a", asOf=text)
            told[answer["to"]] = (answer["entrants"]["counted"], {"kind": "cutToHorizon"} in answer["notes"])
        # What is entered at the horizon itself is not in [from, to).
        self.assertEqual(told, {"2026-03-31T00:00:00Z": (1, False), "2026-03-20T00:00:00Z": (0, True)})

    def test_what_happens_after_the_horizon_does_not_count(self):
        world = Build("u1").enter("u1", "plan:pro", "05").buy("a", "u1", "08")
        told = []
        for text in ("2026-03-07T23:59:59.999999Z", "2026-03-08T00:00:00Z"):
            answer = world.conversion(asOf=text)
            told.append((answer["pending"], answer["pendingConverted"]))
        self.assertEqual(told, [(1, 0), (1, 1)])

    def test_horizon_before_the_history(self):
        world = Build("u1").enter("u1", "plan:pro", "05")
        answer = world.conversion(asOf="2026-03-03T00:00:00Z")
        self.assertEqual(
            [note["kind"] for note in answer["notes"]],
            ["historyBegins", "goalBegins", "cutToHorizon", "incompletePeriods"],
        )
        self.assertTrue(all(row["conversion"] is None for row in answer["byPeriod"] if row["complete"]))
        total = world.ask("getSegmentMembersAsOf", segment="plan:pro", at="2026-03-04")
        self.assertEqual((total["total"], total["notes"][0]["kind"]), (0, "historyBegins"))

    def test_history_is_null_before_it_begins(self):
        rows = (
            Build("u1")
            .enter("u1", "plan:pro", "05 12:00:00")
            .ask("getSegmentHistory", segment="plan:pro", by="day")["segments"][0]["periods"]
        )
        self.assertEqual([row["size"] for row in rows[:6]], [None, None, None, None, 1, 1])


class Erasure(unittest.TestCase):
    def test_sizes_keep_the_erased_and_rates_do_not(self):
        gone = Erased(9)
        world = (
            Build("u1")
            .enter("u1", "plan:pro", "05")
            .enter(gone, "plan:pro", "05")
            .leave(gone, "plan:pro", "20", "erasure")
        )
        self.assertEqual(world.ask("getSegmentMembersAsOf", segment="plan:pro", at="2026-03-10")["total"], 2)
        answer = world.conversion()
        self.assertEqual((answer["conversion"]["of"], answer["erased"]), (1, 1))
        self.assertIn({"kind": "erasedUsers", "count": 1}, answer["notes"])

    def test_flow_knows_absent_and_erased(self):
        gone = Erased(9)
        world = (
            Build("u1")
            .enter("u1", "plan:pro", "05")
            .enter(gone, "plan:free", "05")
            .leave(gone, "plan:free", "20", "erasure")
        )
        answer = world.ask("getSegmentFlow", family="plan", at=["2026-03-04", "2026-03-10", "2026-03-25"])
        names, told = answer["states"], []
        for step in answer["steps"]:
            told.append(
                {
                    (names[i], names[j]): cell["part"]
                    for i, row in enumerate(step["matrix"])
                    for j, cell in enumerate(row)
                    if cell["part"]
                }
            )
        self.assertEqual(
            told,
            [
                {("absent", "plan:free"): 1, ("none", "plan:pro"): 1},
                {("plan:free", "erased"): 1, ("plan:pro", "plan:pro"): 1},
            ],
        )

    def test_flow_at_the_very_instants(self):
        """States hold what happens at an instant; moves are those after the first and up to the last."""
        gone = Erased(9)
        world = Build("u1").enter("u1", "plan:free", "04").enter(gone, "plan:free", "04")
        world.leave("u1", "plan:free", "10").enter("u1", "plan:pro", "10").leave(gone, "plan:free", "10", "erasure")
        answer = world.ask("getSegmentFlow", family="plan", at=["2026-03-04", "2026-03-10", "2026-03-11"])
        self.assertEqual(
            [step["moves"] for step in answer["steps"]], [{"entered": 1, "left": 2}, {"entered": 0, "left": 0}]
        )
        place = answer["states"].index("erased")
        self.assertEqual(answer["steps"][0]["matrix"][0][place]["part"], 1)


class Activity(unittest.TestCase):
    def test_the_whole_is_fixed_when_the_period_begins(self):
        world = (
            Build("u1", "u2")
            .enter("u1", "plan:pro", "01")
            .leave("u1", "plan:pro", "03")
            .enter("u2", "plan:pro", "03")
            .quiz("u1", "05")
            .quiz("u2", "05")
            .quiz("u2", "06")
        )
        week = world.ask("getSegmentEngagement", segments=["plan:pro"], **{"from": "2026-03-02", "to": "2026-03-09"})[
            "segments"
        ][0]["periods"][0]
        self.assertEqual((week["members"], week["activeMembers"]["part"], week["quizzes"]), (1, 1, 1))

    def test_refunds_are_no_activity(self):
        world = (
            Build("u1", "u2")
            .enter("u1", "plan:pro", "01")
            .enter("u2", "plan:pro", "01")
            .buy("r", "u1", "03", -5)
            .quiz("u2", "04")
            .quiz("u2", "05")
        )
        week = world.ask("getSegmentEngagement", segments=["plan:pro"], **{"from": "2026-03-02", "to": "2026-03-09"})[
            "segments"
        ][0]["periods"][0]
        self.assertEqual(
            (week["activeMembers"]["part"], week["quizzes"], week["perMember"], week["perActive"]), (1, 2, 1.0, 2.0)
        )
        self.assertEqual(week["stickiness"], {"part": 2, "of": 7, "percent": 28.57})


class Agreement(unittest.TestCase):
    def test_what_may_differ(self):
        told = {"low": 1.0, "notes": [], "userIds": ["a", "b"], "size": 1}
        product = {"low": 1.01, "notes": [{"kind": "unsettled", "count": 3}], "userIds": ["b", "a"], "size": 1}
        self.assertEqual(differences(told, product), [])
        self.assertEqual(len(differences(told, product | {"low": 1.02, "size": None, "more": 1})), 3)
