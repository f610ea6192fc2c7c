"""Computes one report of a world from its CSV files.

    python3 tests/oracle/oracle.py REPORT --data DIR --params PARAMS.json
    python3 tests/oracle/oracle.py --questions QUESTIONS.json --data DIR

prints the answer as JSON. QUESTIONS.json is a list of {"report", "params"}, and the answer a list. Written from the definitions of the figures alone,
without sight of the product's code; the product's answers are compared with it.
"""

import argparse
import json
import sys

import as_of
import cohorts
import compare_segments
import conversion
import engagement
import flow
import forecast
import history
import lift
import overlap
import revenue
from model import World, read_world
from question import Question

REPORTS = {
    "getSegmentOverlap": overlap.overlap,
    "getSegmentFlow": flow.flow,
    "getSegmentMembersAsOf": as_of.members_as_of,
    "compareAsOf": as_of.compare_as_of,
    "getSegmentHistory": history.history,
    "getSegmentConversion": conversion.conversion,
    "getSegmentRevenue": revenue.revenue,
    "getSegmentEngagement": engagement.engagement,
    "getCohorts": cohorts.cohorts,
    "compareSegments": compare_segments.compare,
    "getSegmentLift": lift.lift,
    "getSegmentForecast": forecast.usual_forecast,
}

#: As the product's command line names them.
SHORT = {
    "overlap": "getSegmentOverlap",
    "flow": "getSegmentFlow",
    "asOf": "getSegmentMembersAsOf",
    "history": "getSegmentHistory",
    "conversion": "getSegmentConversion",
    "revenue": "getSegmentRevenue",
    "engagement": "getSegmentEngagement",
    "cohorts": "getCohorts",
    "compare": "compareSegments",
    "lift": "getSegmentLift",
    "forecast": "getSegmentForecast",
}


def report(name: str, world: World, params: dict) -> dict:
    name = name.removeprefix("adminAudience.")
    return REPORTS[SHORT.get(name, name)](Question(world, params))


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("report", nargs="?", choices=[*REPORTS, *SHORT])
    parser.add_argument("--data", required=True, help="the folder of the CSV files")
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--params", help="a JSON file: the method's params, zone, now")
    given.add_argument("--questions", help="a JSON file: a list of reports with their params")
    options = parser.parse_args()
    with open(options.params or options.questions, encoding="utf-8") as file:
        asked = json.load(file)
    world = read_world(options.data)
    if options.questions:
        answer = [report(one["report"], world, one["params"]) for one in asked]
    else:
        answer = report(options.report, world, asked)
    json.dump(answer, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
