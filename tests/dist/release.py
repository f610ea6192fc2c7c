"""The tarball of a release, unpacked. TARBALL says where it is; `cargo xtask test` makes it."""

import atexit
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARBALL = Path(os.environ["TARBALL"])
# Whether the programs are those of a release. Else they are those of the other tests: for this machine alone, and with no console
# within.
IS_RELEASE = "TEST_LONG" in os.environ
PROGRAMS = ["segmentation-engine", "rpc-server"]


@cache
def unpacked() -> Path:
    """The folder in it."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    subprocess.run(["tar", "--extract", "--file", TARBALL, "--directory", folder.name], check=True)
    [inner] = Path(folder.name).iterdir()
    return inner
