"""Follows docs/tutorial.md: its commands, word for word, from an empty folder to a segment at a stand-in for the mail service."""

import os
import re
import shlex
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/tutorial.md"
ADDRESS = "127.0.0.1:8080"
KEY = "re_YOUR_KEY"
# The key of the stand-in.
KEY_HERE = "re_fake_key"
# Ends what a block has printed.
MARK = "-- end of block --"


def follow(engine: Path, server: Path, stand_in: Path, umask: int = -1):
    """With these programs. Fails if a command fails, or does not print what the page says."""
    blocks = re.findall(r"^```(sh|sh server|text)\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 15, blocks
    programs = {"segmentation-engine": engine, "rpc-server": server}
    with tempfile.TemporaryDirectory() as folder, StandIn(stand_in) as mail, Reader(Path(folder), programs, mail.url, umask) as reader:
        output = ""
        for kind, block in blocks:
            match kind:
                case "sh":
                    output = reader.types(block)
                case "sh server":
                    reader.starts(block)
                case "text":
                    for line in block.splitlines():
                        assert line in output, f"{line}\nis not in\n{output}"
        page = urllib.request.urlopen(mail.url).read().decode()
    for person in ("ann", "bob", "cleo"):
        assert f"{person}@example.org" in page, page


class StandIn:
    """The mail service."""

    def __init__(self, program: Path):
        self.program = program

    def __enter__(self):
        command = [self.program, "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        stop(self.process)


class Reader:
    """Somebody with a terminal, and another one for the server."""

    def __init__(self, folder: Path, programs: dict[str, Path], resend: str, umask: int):
        for name, program in programs.items():
            (folder / name).symlink_to(program)
        self.folder = folder
        self.umask = umask
        self.address = f"127.0.0.1:{free_port()}"
        self.environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "RESEND_BASE_URL": resend}
        self.server = None

    def __enter__(self):
        self.terminal = subprocess.Popen(
            ["bash", "-e"],
            cwd=self.folder,
            env=self.environment,
            umask=self.umask,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        return self

    def __exit__(self, *_):
        for process in (self.terminal, self.server):
            stop(process)

    def types(self, block: str) -> str:
        """What it prints."""
        self.terminal.stdin.write(f"{self.here(block)}\necho {shlex.quote(MARK)}\n")
        self.terminal.stdin.flush()
        lines = []
        for line in self.terminal.stdout:
            if line.rstrip() == MARK:
                return "".join(lines)
            lines.append(line)
        raise AssertionError(f"a command of this block failed:\n{block}\n{''.join(lines)}")

    def starts(self, block: str):
        """In place of an earlier one."""
        stop(self.server)
        exports = "export DATABASE_URL=sqlite://audience.sqlite\n"
        script = exports + self.here(block).replace(" rpc-server serve", " exec rpc-server serve")
        self.server = subprocess.Popen(
            ["bash", "-ec", script],
            cwd=self.folder / "audience-tutorial",
            env=self.environment,
            umask=self.umask,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until and self.server.poll() is None:
            try:
                return urllib.request.urlopen(f"http://{self.address}/readyz")
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"the server did not start:\n{block}")

    def here(self, block: str) -> str:
        """With the port and the key that there are here."""
        return block.replace(ADDRESS, self.address).replace(KEY, KEY_HERE)


def stop(process: subprocess.Popen | None):
    if process is None:
        return
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def free_port() -> int:
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))
        return here.getsockname()[1]
