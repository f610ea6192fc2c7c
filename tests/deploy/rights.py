"""What tests do that need more rights than they may have: they say so, and in CI they fail."""

import os
import sys

IN_CI = os.environ.get("CI") == "true"


def skip(what: str, advice: str):
    """Call it where a test cannot run."""
    if IN_CI:
        raise AssertionError(f"{what}. In CI, it has to run: {advice}")
    print(f"skipped: {what}. To run it, {advice}", file=sys.stderr)
