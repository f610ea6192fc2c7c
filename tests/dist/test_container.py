"""deploy/container: the root file system of the image, without an engine for containers, and the files that make images of it.

The root is that of the image, for its script assembles both. Entering it takes root or a user namespace; without both, a test says that
it is skipped, and fails with CI=true.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import unittest
import urllib.request
from functools import cache
from pathlib import Path

import yaml
from release import IS_RELEASE, PROGRAMS, ROOT, unpacked

sys.path += [str(ROOT / "tests/docs"), str(ROOT / "tests/deploy")]

import rights  # noqa: E402
import tutorial  # noqa: E402

FOLDER = ROOT / "deploy/container"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
JOBS = ROOT / "deploy/kubernetes/base/jobs.yaml"
# By the machine, with `docker compose run`.
SCHEDULED = {"nightly", "cleanup", "verify", "pull", "sync", "sync-full"}
STAND_IN = Path(os.environ["RESEND_FAKE"])
# From nothing to a synced segment.
LONGEST = 300
# Of a release. An image from source has the first one alone: only a release has the second.
LICENSES = ["LICENSE", "THIRD-PARTY-LICENSES.txt"]
# The account of the image.
ACCOUNT = 65532
# In a file system of its own that nobody can write, but for the folder of the caller, which takes the place of the volume. As
# an account without rights.
ENTER = """#!/bin/sh
exec {outer} sh -euc '
root=$1; folder=$2; shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --bind "$folder" "$root/var/lib/audience"
exec {inner} --root="$root" --wd=/var/lib/audience "$@"
' enter {root} "$PWD" /usr/local/bin/{program} "$@"
"""
AS_ROOT = ("unshare --mount", f"unshare --setgid {ACCOUNT} --setuid {ACCOUNT}")
# Whoever runs the tests is root there, to mount, and then the account. A namespace has one account, so that there are two.
AS_ANYBODY = (
    "unshare --user --map-root-user --mount",
    f"unshare --user --map-user={ACCOUNT} --map-group={ACCOUNT}",
)
HOW_TO_ENTER = (
    "run the tests as root, or allow user namespaces, on Ubuntu by `sysctl --write kernel.apparmor_restrict_unprivileged_userns=0`, "
    "and in a container by --privileged"
)


class Source(unittest.TestCase):
    def test_the_console_is_built_from_what_the_image_gets(self):
        ignored = (FOLDER / "Dockerfile.dockerignore").read_text().split()
        listed = subprocess.run(["git", "ls-files", "frontend"], cwd=ROOT, check=True, capture_output=True, text=True)
        with tempfile.TemporaryDirectory() as folder:
            for file in listed.stdout.split():
                if not any(file == pattern or file.startswith(f"{pattern}/") for pattern in ignored):
                    copy = Path(folder) / file
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(ROOT / file, copy)
            frontend = Path(folder) / "frontend"
            self.assertFalse((frontend / "dist").exists())
            # As `npm ci` makes them.
            (frontend / "node_modules").symlink_to(ROOT / "frontend/node_modules")
            subprocess.run(["npm", "run", "--silent", "build"], cwd=frontend, check=True, capture_output=True)
            self.assertTrue((frontend / "dist/index.html").exists())


class RootFileSystem(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name) / "root"
        licenses = [unpacked() / name for name in LICENSES]
        subprocess.run([FOLDER / "rootfs.sh", unpacked() / "bin", cls.root, *licenses], check=True)
        cls.root.chmod(0o755)
        cls.entrances = Path(folder.name)
        outer, inner = way_to_enter() or AS_ROOT
        for program in PROGRAMS:
            entrance = cls.entrances / program
            entrance.write_text(ENTER.format(outer=outer, inner=inner, root=shlex.quote(str(cls.root)), program=program))
            entrance.chmod(0o755)

    def test_it_holds_the_programs_and_what_they_need(self):
        files = {str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file()}
        libraries = {file for file in files if re.match(r"lib(64)?/.*\.so(\.\d+)*$", file)}
        expected = {f"usr/local/bin/{program}" for program in PROGRAMS}
        expected |= {"etc/passwd", "etc/group", "etc/nsswitch.conf", "etc/ssl/certs/ca-certificates.crt"}
        expected |= {f"usr/share/licenses/audience/{name}" for name in LICENSES}
        self.assertEqual(files - libraries, expected)
        self.assertTrue(any("libc.so" in library for library in libraries), libraries)
        self.assertLess(len(libraries), 8, libraries)

    def test_the_tutorial_works_there_within_five_minutes(self):
        if way_to_enter() is None:
            return rights.skip("this account cannot enter the root file system of the image", HOW_TO_ENTER)
        begun = time.monotonic()
        tutorial.follow(*(self.entrances / program for program in PROGRAMS), STAND_IN, umask=0)
        self.assertLess(time.monotonic() - begun, LONGEST)

    def test_its_server_is_healthy_and_has_the_console(self):
        if way_to_enter() is None:
            return rights.skip("this account cannot enter the root file system of the image", HOW_TO_ENTER)
        address = f"127.0.0.1:{tutorial.free_port()}"
        environment = {"PATH": os.environ["PATH"], "LISTEN": address}
        with tempfile.TemporaryDirectory() as folder:
            Path(folder).chmod(0o777)
            health = [self.entrances / "rpc-server", *health_check()[1:]]
            started = [self.entrances / "rpc-server", "serve", "--dev"]
            server = subprocess.Popen(started, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                until = time.monotonic() + 60
                while (ended := subprocess.run(health, cwd=folder, env=environment, capture_output=True)).returncode != 0:
                    self.assertLess(time.monotonic(), until, ended.stderr)
                    self.assertIsNone(server.poll())
                    time.sleep(0.1)
                owner = Path(folder, "audience.sqlite").stat().st_uid
                page = urllib.request.Request(f"http://{address}/openrpc.json")
                if IS_RELEASE:
                    page = urllib.request.Request(f"http://{address}/")
                self.assertEqual(urllib.request.urlopen(page).status, 200)
            finally:
                tutorial.stop(server)
                server.stderr.close()
            # Outside of the namespace, the account is who runs the tests.
            self.assertEqual(owner, ACCOUNT if way_to_enter() == AS_ROOT else os.geteuid())
            self.assertEqual(subprocess.run(health, cwd=folder, env=environment, capture_output=True).returncode, 1)

    def test_nothing_of_it_can_be_written(self):
        if way_to_enter() is None:
            return rights.skip("this account cannot enter the root file system of the image", HOW_TO_ENTER)
        with tempfile.TemporaryDirectory() as folder:
            for place in ("/audience.sqlite", "/tmp/audience.sqlite", "/usr/local/bin/audience.sqlite"):
                command = [self.entrances / "segmentation-engine", "migrate", "--database-url", f"sqlite://{place}"]
                ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
                self.assertEqual(ended.returncode, 1, ended.stderr)


@cache
def way_to_enter() -> tuple[str, str] | None:
    for way in [AS_ROOT] * (os.geteuid() == 0) + [AS_ANYBODY]:
        tried = f"{way[0]} sh -euc 'mount --bind /usr /usr; {way[1]} true'"
        if subprocess.run(["sh", "-c", tried], capture_output=True).returncode == 0:
            return way
    return None


def host_variable() -> str:
    """The variable that the pull of the example for Kubernetes names, as docs/connecting-your-app.md does."""
    return tomllib.loads((ROOT / "deploy/kubernetes/example/pull.toml").read_text())["url_variable"]


def last_stage(name: str) -> str:
    return (FOLDER / name).read_text().split("\nFROM ")[-1]


def health_check() -> list[str]:
    [words] = re.findall(r"HEALTHCHECK .*CMD (\[.*\])", last_stage("Dockerfile"))
    return yaml.safe_load(words)


class Images(unittest.TestCase):
    def test_both_are_the_same_image(self):
        stage = last_stage("Dockerfile")
        self.assertEqual(stage, last_stage("Dockerfile.release"))
        for line in ("scratch", "USER 65532:65532", 'CMD ["rpc-server", "serve"]'):
            self.assertIn(f"{line}\n", stage)
        for name in ("Dockerfile", "Dockerfile.release"):
            self.assertIn("rootfs.sh", (FOLDER / name).read_text())

    def test_each_has_the_licenses_that_are_there(self):
        for name, licenses in (("Dockerfile", LICENSES[:1]), ("Dockerfile.release", LICENSES)):
            self.assertRegex((FOLDER / name).read_text(), rf"rootfs.sh \S+ /rootfs {' '.join(licenses)}\n")

    def test_the_image_is_built_by_our_rust(self):
        channel = re.search(r'channel = "(\d+\.\d+)', (ROOT / "rust-toolchain.toml").read_text())[1]
        self.assertIn(f"\nFROM rust:{channel}-", (FOLDER / "Dockerfile").read_text())


class Compose(unittest.TestCase):
    def ours(self) -> dict[str, dict]:
        services = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "audience"}
        self.assertEqual(services.keys(), {"migration", "server", "run"} | SCHEDULED)
        return services

    def test_one_service_builds_before_the_others_start(self):
        ours = self.ours()
        self.assertEqual([name for name, service in ours.items() if "build" in service], ["migration"])
        self.assertEqual(ours.pop("migration")["pull_policy"], "build")
        for name, service in ours.items():
            self.assertEqual(service["pull_policy"], "never", name)
            self.assertIn("migration", service["depends_on"], name)

    def test_what_is_scheduled_is_what_cron_jobs_of_kubernetes_do(self):
        jobs = [job for job in yaml.safe_load_all(JOBS.read_text()) if job["metadata"]["name"] != "audience-run"]
        jobs = {job["metadata"]["name"].removeprefix("audience-"): job["spec"] for job in jobs}
        self.assertEqual(jobs.keys(), SCHEDULED)
        # Each line of the comment: five fields, the variable, and the service.
        lines = [line.split() for line in (FOLDER / "compose.yaml").read_text().splitlines() if " $compose " in line]
        self.assertEqual({line[-1]: " ".join(line[1:6]) for line in lines}, {name: job["schedule"] for name, job in jobs.items()})
        for name, job in jobs.items():
            [container] = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]
            service = self.ours()[name]
            # For people, as all commands here.
            self.assertEqual([*service["command"], "--json"], container["command"])
            self.assertEqual(service["profiles"], ["scheduled"], name)

    def test_a_pull_finds_its_configuration(self):
        pull = self.ours()["pull"]
        targets = {volume["target"] for volume in pull["volumes"] if isinstance(volume, dict)}
        self.assertEqual(targets, {pull["command"][pull["command"].index("--config") + 1]})
        self.assertIn(host_variable(), pull["environment"])

    def test_command_lines_are_those_of_the_programs(self):
        for name, service in self.ours().items():
            with self.subTest(name):
                program, *words = service["command"]
                ended = subprocess.run([unpacked() / "bin" / program, *words, "--help"], capture_output=True, text=True)
                self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_settings_are_read_by_a_program(self):
        helps = [("rpc-server", "serve"), ("segmentation-engine", "run")]
        texts = [subprocess.check_output([unpacked() / "bin" / name, word, "--help"], text=True) for name, word in helps]
        known = set(re.findall(r"\[env: (\w+)", "".join(texts))) | {"RESEND_API_KEY", "RESEND_WEBHOOK_SECRET", host_variable()}
        for service in self.ours().values():
            self.assertEqual({name.removesuffix("_FILE") for name in service["environment"]} - known, set())

    def test_services_have_no_rights(self):
        for service in self.ours().values():
            self.assertTrue(service["read_only"])
            self.assertEqual(service["cap_drop"], ["ALL"])
            self.assertEqual(service["security_opt"], ["no-new-privileges:true"])

    def test_nothing_starts_before_what_it_needs(self):
        services = COMPOSE["services"]
        for service in services.values():
            for name, condition in service.get("depends_on", {}).items():
                waits_for_health = condition["condition"] == "service_healthy"
                self.assertEqual(waits_for_health, "test" in services[name].get("healthcheck", {}), name)

    def test_secrets_are_drawn_once_and_are_strong(self):
        script = COMPOSE["services"]["secrets"]["command"][-1].replace("$$", "$")
        with tempfile.TemporaryDirectory() as folder:
            # The accounts are those of the image.
            draw = ["sh", "-euc", f"chown() {{ :; }}\n{script}"]
            drawn = []
            for _ in range(2):
                subprocess.run(draw, env={**os.environ, "SECRETS": folder}, check=True)
                drawn.append({path.name: path.read_text() for path in Path(folder).iterdir()})
            self.assertEqual(drawn[0], drawn[1])
            self.assertEqual({path.stat().st_mode & 0o777 for path in Path(folder).iterdir()}, {0o600})
            for name in ("cron_secret", "database_password"):
                self.assertRegex(drawn[0][name], r"^[0-9a-f]{64}$")
            self.assertIn(f":{drawn[0]['database_password']}@database/", drawn[0]["database_url"])
            named = [service["environment"] for service in self.ours().values()]
            for variable, name in (("DATABASE_URL_FILE", "database_url"), ("CRON_SECRET_FILE", "cron_secret")):
                self.assertEqual({environment[variable] for environment in named}, {f"/run/audience/{name}"})
            # The server takes it.
            environment = {"DATABASE_URL": "sqlite:///nowhere/audience.sqlite", "CRON_SECRET_FILE": f"{folder}/cron_secret"}
            server = [unpacked() / "bin/rpc-server", "serve"]
            ended = subprocess.run(server, env=environment, capture_output=True, text=True)
            self.assertNotIn("secret", ended.stderr)


if __name__ == "__main__":
    unittest.main()
