"""Sums of real purchases (Online Retail II, CC BY 4.0), where the folder of data stands beside the project."""

import json
import lzma
import tempfile
import unittest
from pathlib import Path

from model import read_world
from oracle import report

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "online-retail-ii"


@unittest.skipUnless(DATA.is_dir(), f"{DATA} is missing")
class OnlineRetail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.expected = json.loads((DATA / "expected.json").read_text())
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for file in ("users", "events"):
                (folder / f"{file}.csv").write_bytes(lzma.decompress((DATA / f"{file}.csv.xz").read_bytes()))
            (folder / "ledger.csv").write_text("no,userId,userNo,segment,entered,at,cause,runId\n")
            cls.world = read_world(folder)
        params = {
            "zone": "Europe/London",
            "now": "2011-01-01T00:00:00Z",
            "family": "plan",
            "by": "month",
            "from": "2009-12-01",
            "to": "2010-12-10",
        }
        (cls.pounds,) = report("getSegmentRevenue", cls.world, params)["currencies"]

    def test_sums(self):
        total = self.pounds["total"]
        told = (
            total["gross"],
            total["refunded"],
            total["net"],
            total["refunds"],
            total["purchases"] + total["refunds"],
        )
        names = ("grossMinorGBP", "refundsMinorGBP", "netMinorGBP", "cancellations", "invoices")
        self.assertEqual(told, tuple(self.expected[name] for name in names))

    def test_months_of_london(self):
        months = list(self.expected["byLondonMonth"].values())
        told = [
            (row["total"]["purchases"] + row["total"]["refunds"], row["total"]["net"]) for row in self.pounds["periods"]
        ]
        self.assertEqual(told, [(month["invoices"], month["net"]) for month in months])

    def test_users_with_refunds_only(self):
        """The 71 are those without an amount above 0: 69 with refunds alone, two with one purchase of 0.00."""
        users = {event.user for event in self.world.events}
        buyers = {event.user for event in self.world.events if event.is_purchase()}
        paid = {event.user for event in self.world.events if event.amount > 0}
        self.assertEqual((len(users - paid), len(users - buyers)), (self.expected["customersWithRefundsOnly"], 69))
        self.assertEqual(self.pounds["total"]["buyers"], len(buyers))
