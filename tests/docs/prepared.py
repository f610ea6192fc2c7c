"""What the commands of the documents find: a folder with files and a database, and a server on a copy of it.

The database has the three weeks of March 2026 of `tests/src/example_world.rs`, which the figures in docs/reports.md are of, and two users
of today.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tutorial

ROOT = Path(__file__).parents[2]
# As the documents have them.
ADDRESS = tutorial.ADDRESS
TOKEN_ID = "7f0c3a52-4f0e-4d3b-9f0a-5b8a1f2d6c11"
HOST_URL = "postgres://audience_reader:PASSWORD@db.internal/app?sslmode=verify-full"
# A path of a machine, which leads into the folder. Programs of the machine stay where they are.
PATH_OF_MACHINE = re.compile(r"(?<![\w.])/(etc|run|srv|var)/")
# 32 random bytes: weaker ones are refused.
CRON_SECRET = "5f0c2f4ce1b04c6f6a3a7d1c0b97d0f2d4e9c1e58a6b3f7720d1489a35ec6b18"
# Who is written before the run of which day of March.
USERS = """
1 u1,PRO,2026-01-10,2026-02-26
1 u2,FREE,2026-01-10,2026-03-08
1 u3,PRO,2026-01-10,2026-02-15
1 u4,FREE,2026-01-10,2026-01-15
5 u5,FREE,2026-03-04,2026-03-12
9 u3,PRO,2026-01-10,2026-03-21
11 u6,FREE,2026-03-10,2026-03-21
13 u1,PRO,2026-01-10,2026-03-21
"""
PULL = """
url_variable = "HOST_DATABASE_URL"
[users]
query = "SELECT id, email, createdAt, 1 AS watermark FROM people"
"""


class Prepared:
    def __init__(self, folder: Path, mail: str):
        """In an empty folder, with the address of a stand-in for the mail service."""
        self.folder = folder
        self.world = folder / "world"
        self.copies = 0
        programs = folder / "programs"
        programs.mkdir()
        for name, variable in (
            ("segmentation-engine", "SEGMENTATION_ENGINE"),
            ("engine", "SEGMENTATION_ENGINE"),
            ("rpc-server", "RPC_SERVER"),
        ):
            (programs / name).symlink_to(os.environ[variable])
        self.environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(folder),
            "CRON_SECRET": CRON_SECRET,
            "RESEND_API_KEY": tutorial.KEY_HERE,
            "RESEND_BASE_URL": mail,
        }
        self.address = f"127.0.0.1:{tutorial.free_port()}"
        self.world.mkdir()
        write_files(self.world)
        self.play()
        token = self.run("rpc-server token create --name prepared --role SUPERADMIN").strip()
        self.environment["TOKEN"] = token
        self.token_id = self.run("rpc-server token list | grep prepared").split()[0]

    def run(self, script: str, folder: Path | None = None) -> str:
        """What it prints, also as an error. It may have placeholders."""
        folder = folder or self.world
        command = ["bash", "-euo", "pipefail", "-c", self.here(script, folder)]
        environment = {**self.environment, "HOST_DATABASE_URL": self.here(f"'{HOST_URL}'", folder).strip("'")}
        ended = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert ended.returncode == 0, f"exit code {ended.returncode} of\n{script}\n{ended.stdout}"
        return ended.stdout

    def here(self, script: str, folder: Path) -> str:
        """With what there is here in place of what the documents name."""
        script = script.replace(HOST_URL, "sqlite:///srv/app/prisma/prod.db")
        script = script.replace(ADDRESS, self.address).replace(TOKEN_ID, getattr(self, "token_id", ""))
        return PATH_OF_MACHINE.sub(rf"{folder}/\1/", script)

    def copy(self) -> Path:
        """For one block, which may change it."""
        self.copies += 1
        return Path(shutil.copytree(self.world, self.folder / str(self.copies)))

    def serve(self, script: str = f"rpc-server serve --listen {ADDRESS}") -> subprocess.Popen:
        """Runs it until a server answers."""
        folder = self.copy()
        script = self.here(script, folder).replace("rpc-server serve", "exec rpc-server serve")
        command = ["bash", "-euc", script]
        server = subprocess.Popen(
            command, cwd=folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 60
        while time.monotonic() < until and server.poll() is None:
            try:
                urllib.request.urlopen(f"http://{self.address}/readyz").close()
                return server
            except OSError:
                time.sleep(0.05)
        tutorial.stop(server)
        raise AssertionError(f"the server did not start:\n{script}")

    def play(self):
        rows = [row.split(maxsplit=1) for row in USERS.split("\n") if row]
        for day in range(1, 23):
            written = [row.split(",") for at, row in rows if int(at) == day]
            if written:
                lines = [
                    f"{id_},{id_}@example.org,{plan},{seen}T12:00:00Z,{created}T10:00:00Z"
                    for id_, plan, created, seen in written
                ]
                (self.world / "day.csv").write_text("\n".join(["id,email,plan,lastActivityAt,createdAt", *lines]))
                self.run("segmentation-engine import --users day.csv")
            self.run(f"segmentation-engine run --as-of 2026-03-{day:02}T00:00:00Z")
        shutil.copy(ROOT / "tests/oracle/world_w/events.csv", self.world / "day.csv")
        self.run("segmentation-engine import --events day.csv; rm day.csv")
        self.run("segmentation-engine import --users users.csv --attempts quiz_attempts.csv.gz --events events.csv")
        self.run("segmentation-engine run")


def write_files(world: Path):
    """Those that commands read, with paths of a machine below this folder."""
    now = datetime.now(UTC)

    def ago(days: float) -> str:
        return f"{now - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"

    users = ["id,email,plan,currentStreak,lastActivityAt,createdAt"]
    users += [f"user-{number},{number}@example.org,PRO,9,{ago(0.1)},{ago(90)}" for number in (1001, 1002)]
    (world / "users.csv").write_text("\n".join(users))
    attempts = ["id,userId,certification,completedAt"]
    attempts += [f"a{day},user-1001,AWS-SAA-C03,{ago(day)}" for day in range(1, 4)] + [
        f"a{day},user-1002,MENSA,{ago(day)}" for day in (4, 5)
    ]
    (world / "attempts.csv").write_text("\n".join(attempts))
    subprocess.run("gzip <attempts.csv >quiz_attempts.csv.gz", shell=True, cwd=world, check=True)
    (world / "events.csv").write_text(f"id,userId,name,occurredAt\nlesson-1,user-1001,lesson,{ago(1)}\n")
    guide = (ROOT / "docs/connecting-your-app.md").read_text()
    attributes = re.findall(r"^```toml attributes\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    (world / "attributes.toml").write_text(attributes[0])
    for path in (
        "etc/audience",
        "run/secrets",
        "srv/app/prisma",
        "var/backups",
        "var/lib/audience",
        "var/lib/node_exporter",
        "var/log/audience",
    ):
        (world / path).mkdir(parents=True)
    for path in ("pull.toml", "etc/audience/pull.toml"):
        (world / path).write_text(PULL)
    (world / "etc/audience.env").write_text("LOG=info\n")
    (world / "run/secrets/database_url").write_text("sqlite://audience.sqlite\n")
    for path in ("srv/app/prisma/prod.db", "var/lib/audience/audience.sqlite"):
        with sqlite3.connect(world / path) as file:
            file.execute("CREATE TABLE people (id TEXT, email TEXT, createdAt TEXT)")
            file.execute("INSERT INTO people VALUES ('ann', 'ann@example.org', '2026-03-01T09:00:00Z')")
