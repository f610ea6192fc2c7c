"""The two programs: what their command lines and their environment may hold.

SEGMENTATION_ENGINE and RPC_SERVER say where they are; `cargo xtask test` sets both.
"""

import os
import re
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAMS = {name: Path(os.environ[name.upper().replace("-", "_")]) for name in ("segmentation-engine", "rpc-server")}


def refusal(words: list[str]) -> str | None:
    """Why a program does not take a command line, if so. With --help it reads all of it and does nothing."""
    program = PROGRAMS.get(Path(words[0]).name)
    if program is None:
        return f"{words[0]} is not one of our programs"
    ended = subprocess.run([program, *words[1:], "--help"], capture_output=True, text=True)
    return None if ended.returncode == 0 else ended.stderr


@cache
def variables() -> frozenset[str]:
    """Every variable that a program reads. Those of syncs have no flags; their page lists them."""
    commands = [("rpc-server", "serve"), ("segmentation-engine", "deliver")]
    helps = [subprocess.check_output([PROGRAMS[name], command, "--help"], text=True) for name, command in commands]
    flags = re.findall(r"\[env: (\w+)", "".join(helps))
    of_syncs = re.findall(r"^ *\| `(RESEND_\w+)` \|", (ROOT / "docs/resend.md").read_text(), re.MULTILINE)
    assert len(flags) > 10 and len(of_syncs) == 5, (flags, of_syncs)
    return frozenset(flags) | frozenset(of_syncs) | {host_variable()}


def host_variable() -> str:
    """The variable that the examples of the configuration of a pull name."""
    [name] = set(re.findall(r'url_variable = "(\w+)"', (ROOT / "docs/connecting-your-app.md").read_text()))
    return name
