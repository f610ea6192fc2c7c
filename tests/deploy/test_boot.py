"""deploy/systemd, booted: each service does its work under the service manager, with everything forbidden that its unit forbids.

Of the long form of the tests (TEST_LONG). The container has the /usr of this machine, our programs and units, and no network. Booting
it takes root, and a machine that lets root do it; without, the test says that it is skipped, and fails with CI=true. In CI it becomes root by
sudo, if that asks for no password.
"""

import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from functools import cache
from pathlib import Path

import rights
from programs import PROGRAMS
from test_units import FOLDER, units_with_programs_in

# Where the programs are in the container. Where they are here may be what ProtectHome hides.
INSTALLED = "/opt"
JOBS = ["run", "nightly", "pull", "sync", "sync-full", "deliver", "cleanup", "verify"]
# What the container does when it has booted: a line for each service, then it ends.
WORK = f"""
exec >/opt/said 2>&1
for attempt in $(seq 300); do (exec 3<>/dev/tcp/127.0.0.1/8080) 2>/dev/null && break; sleep 0.1; done
for job in {" ".join(JOBS)}; do
  systemctl start audience-$job
  echo $job $(systemctl show --property ExecMainStatus,Result --value audience-$job)
done
exec 3<>/dev/tcp/127.0.0.1/8080
printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3
head --lines 1 <&3
systemctl stop audience-server
echo server $(systemctl show --property Result --value audience-server)
journalctl --unit 'audience-*' --no-pager
"""
WORK_UNIT = """
[Unit]
After=audience-server.service
[Service]
Type=oneshot
ExecStart=/bin/bash /opt/work
ExecStopPost=/bin/systemctl --no-block poweroff
"""
PULL = """
url_variable = "HOST_DATABASE_URL"
[users]
query = "SELECT id, email, createdAt, 1 AS watermark FROM people"
"""


@unittest.skipUnless("TEST_LONG" in os.environ, "of the long form of the tests")
class Boot(unittest.TestCase):
    def test_every_service_works_under_the_service_manager(self):
        if as_root() is None:
            return rights.skip("this account cannot boot the units", "run the tests as root, and in a container with --privileged")
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            install(root)
            ended = boot(root)
            self.assertTrue((root / "opt/said").exists(), ended.stdout + ended.stderr)
            said = (root / "opt/said").read_text().replace("\r", "")
            users = (root / "var/lib/audience/audience.sqlite").stat()
        for job in JOBS:
            self.assertRegex(said, rf"(?m)^{job} (0 success|success 0)$")
        self.assertIn("HTTP/1.1 200 OK\nserver success\n", said)
        self.assertEqual(users.st_mode & 0o777, 0o600)


@cache
def as_root() -> list[str] | None:
    """What a command that boots begins with. A developer's machine is not asked for more rights than the tests were given."""
    sudo = ["sudo", "--non-interactive"] if rights.IN_CI and shutil.which("sudo") else None
    way = [] if os.geteuid() == 0 else sudo
    if way is None:
        return None
    can_boot = subprocess.run([*way, "unshare", "--mount", "--pid", "--fork", "true"]).returncode == 0
    return way if can_boot else None


def install(root: Path):
    """As docs/OPERATIONS.md says, with a database of the host application that has one user."""
    for folder in ("etc/systemd/system/multi-user.target.wants", "etc/sysusers.d", "etc/audience", "usr", "var", "opt", "srv"):
        (root / folder).mkdir(parents=True)
    for folder in ("bin", "sbin", "lib", "lib64"):
        (root / folder).symlink_to(f"usr/{folder}")
    # Nobody but root may enter a temporary folder.
    root.chmod(0o755)
    (root / "etc/os-release").write_text("ID=test\n")
    # Without one, it would be the first boot of a machine, which turns on what the distribution suggests.
    (root / "etc/machine-id").write_text(f"{secrets.token_hex(16)}\n")
    # The server and deliver read the certificate authorities. Only root may read the keys of this machine.
    shutil.copytree("/etc/ssl", root / "etc/ssl", symlinks=True, ignore=shutil.ignore_patterns("private"))
    units = root / "etc/systemd/system"
    units_with_programs_in(INSTALLED, units)
    shutil.copy(FOLDER / "audience.sysusers.conf", root / "etc/sysusers.d/audience.conf")
    settings = [f"CRON_SECRET={secrets.token_hex(32)}", "HOST_DATABASE_URL=sqlite:///srv/app.sqlite"]
    (root / "etc/audience.env").write_text("\n".join(settings))
    (root / "etc/audience/pull.toml").write_text(PULL)
    (root / "opt/work").write_text(WORK)
    (units / "work.service").write_text(WORK_UNIT)
    for unit in ("audience-server", "work"):
        (units / f"multi-user.target.wants/{unit}.service").symlink_to(f"../{unit}.service")
    with sqlite3.connect(root / "srv/app.sqlite") as host:
        host.execute("CREATE TABLE people (id TEXT, email TEXT, createdAt TEXT)")
        host.execute("INSERT INTO people VALUES ('ann', 'ann@example.org', '2026-03-01T09:00:00Z')")


def boot(root: Path) -> subprocess.CompletedProcess:
    # Asked to end, it shuts the container down; killed, it would leave it behind.
    command = [*as_root(), "timeout", "--kill-after=30", "120"]
    command += ["systemd-nspawn", "--directory", root, "--boot", "--private-network", "--register=no", "--keep-unit"]
    command += ["--quiet", "--bind-ro=/usr"]
    command += [f"--bind-ro={program}:{INSTALLED}/{name}" for name, program in PROGRAMS.items()]
    give(root, 0, 0)
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    finally:
        give(root, os.geteuid(), os.getegid())


def give(root: Path, owner: int, group: int):
    """Not what links lead to, which is of this machine."""
    command = [*as_root(), "chown", "--recursive", "--no-dereference", f"{owner}:{group}", root]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    unittest.main()
