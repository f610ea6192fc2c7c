"""deploy/systemd: the service manager takes every unit, and the programs take what the units say."""

import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from programs import PROGRAMS, ROOT, refusal, variables

FOLDER = ROOT / "deploy/systemd"
INSTALLED = "/usr/local/bin"
# Of 10.0, as `systemd-analyze security` prints it times ten. Less is better.
MOST_EXPOSED = 20


def values(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


class Units(unittest.TestCase):
    def setUp(self):
        self.services = sorted(FOLDER.glob("*.service"))
        self.timers = sorted(FOLDER.glob("*.timer"))
        self.assertTrue(self.services and self.timers)

    def test_the_service_manager_accepts_every_unit(self):
        with units_of_this_machine() as folder:
            # It warns of what it would ignore, such as a mistyped key, and ends with 0.
            ended = analyze("verify", *sorted(Path(folder).glob("audience-*.*r")))
        self.assertEqual((ended.returncode, ended.stdout + ended.stderr), (0, ""))

    def test_a_mistyped_key_is_found(self):
        with units_of_this_machine() as folder:
            unit = Path(folder) / "audience-run.service"
            unit.write_text(unit.read_text().replace("ExecStart", "SuccesExitStatus=75\nExecStart"))
            self.assertIn("SuccesExitStatus", analyze("verify", unit).stderr)

    def test_no_service_is_more_exposed_than_allowed(self):
        for service in self.services:
            with self.subTest(service.name):
                ended = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", service)
                self.assertEqual(ended.returncode, 0, ended.stdout)

    def test_command_lines_are_those_of_the_programs(self):
        for service in self.services:
            with self.subTest(service.name):
                [line] = values(service, "ExecStart")
                self.assertTrue(line.startswith(f"{INSTALLED}/"))
                self.assertIsNone(refusal(shlex.split(line)))

    def test_a_flag_that_no_program_has_is_found(self):
        self.assertIn("--incrementl", refusal([f"{INSTALLED}/segmentation-engine", "run", "--incrementl"]))

    def test_settings_are_read_by_a_program(self):
        names = re.findall(r"^#?(\w+)=", (FOLDER / "audience.env").read_text(), re.MULTILINE)
        self.assertIn("DATABASE_URL", names)
        self.assertEqual(set(names) - variables(), set())

    def test_every_timer_starts_a_service_and_every_job_has_a_timer(self):
        jobs = {service.stem for service in self.services if values(service, "Type") == ["oneshot"]}
        self.assertEqual({timer.stem for timer in self.timers}, jobs)

    def test_schedules_are_times(self):
        for timer in self.timers:
            with self.subTest(timer.name):
                [when] = values(timer, "OnCalendar")
                self.assertEqual(analyze("calendar", when).returncode, 0)


def units_of_this_machine() -> tempfile.TemporaryDirectory:
    """The units, with the programs where they are here: the service manager looks whether they can be started."""
    folder = tempfile.TemporaryDirectory()
    [programs] = {str(program.parent) for program in PROGRAMS.values()}
    units_with_programs_in(programs, Path(folder.name))
    return folder


def units_with_programs_in(installed: str, folder: Path):
    """Copies the units."""
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    for service in folder.glob("audience-*.service"):
        service.write_text(service.read_text().replace(INSTALLED, installed))


def analyze(command: str, *arguments) -> subprocess.CompletedProcess:
    return subprocess.run(["systemd-analyze", command, *arguments], capture_output=True, text=True)


if __name__ == "__main__":
    unittest.main()
