"""deploy/prometheus and deploy/grafana: Prometheus takes the rules, they fire when they should, and every metric exists."""

import json
import re
import subprocess
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

from programs import ROOT

RULES = ROOT / "deploy/prometheus/audience.rules.yaml"
DASHBOARD = ROOT / "deploy/grafana/audience.json"
# What the engine and the server export: the names are texts there and nowhere else.
SOURCES = [ROOT / f"crates/{name}/src/metrics.rs" for name in ("segmentation-engine", "rpc-server")]
METRIC = r"\baudience_\w+"
# In each panel of the dashboard, for what Prometheus does not know.
VARIABLES = {"$job": "audience", "$__rate_interval": "5m"}


class Monitoring(unittest.TestCase):
    def test_prometheus_accepts_the_rules_and_the_example(self):
        promtool("check", "rules", "--lint-fatal", RULES)
        promtool("check", "config", "--lint-fatal", RULES.with_name("prometheus.yaml"))

    def test_alerts_fire_when_they_should(self):
        promtool("test", "rules", Path(__file__).with_name("rules.test.yaml"))

    def test_every_alert_is_tried(self):
        alerts = set(re.findall(r"- alert: (\w+)", RULES.read_text()))
        tried = Path(__file__).with_name("rules.test.yaml").read_text()
        self.assertEqual({alert for alert in alerts if alert not in tried}, set())

    def test_prometheus_accepts_every_expression_of_the_dashboard(self):
        rules = "groups:\n  - name: dashboard\n    rules:\n"
        for number, expression in enumerate(expressions(json.loads(DASHBOARD.read_text()))):
            for name, value in VARIABLES.items():
                expression = expression.replace(name, value)
            rules += f"      - {{ record: panel:{number}, expr: {json.dumps(expression)} }}\n"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(rules)
            file.flush()
            promtool("check", "rules", file.name)

    def test_every_metric_of_an_alert_is_exported(self):
        self.assertEqual(set(re.findall(METRIC, RULES.read_text())) - exported(), set())

    def test_the_dashboard_shows_what_is_exported_and_all_of_it(self):
        self.assertEqual(set(re.findall(METRIC, DASHBOARD.read_text())), exported())


def exported() -> set[str]:
    """Of a histogram, the series that quantiles are computed from."""
    names = {name for source in SOURCES for name in re.findall(rf'"({METRIC})"', source.read_text())}
    assert len(names) > 30, names
    return {f"{name}_bucket" if name == "audience_rpc_call_duration_seconds" else name for name in names}


def expressions(part) -> Iterator[str]:
    match part:
        case {"expr": expression}:
            yield expression
        case dict():
            yield from expressions(list(part.values()))
        case list():
            for inner in part:
                yield from expressions(inner)


def promtool(*arguments):
    ended = subprocess.run(["promtool", *arguments], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr


if __name__ == "__main__":
    unittest.main()
