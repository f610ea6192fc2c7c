"""What is in the tarball of a release."""

import json
import re
import subprocess
import tarfile
import unittest
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from release import IS_RELEASE, PROGRAMS, ROOT, TARBALL, unpacked

VERSION = re.search(r'^version = "(.+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
# Of licenses that ask for no text to be kept.
WITHOUT_TEXT = {"0BSD", "blessing"}


class Tarball(unittest.TestCase):
    def test_its_sums_are_right(self):
        for folder, sums in ((TARBALL.parent, f"{TARBALL.name}.sha256"), (unpacked(), "SHA256SUMS")):
            subprocess.run(["sha256sum", "--check", "--strict", "--quiet", sums], cwd=folder, check=True)
        listed = {line.split(maxsplit=1)[1] for line in (unpacked() / "SHA256SUMS").read_text().splitlines()}
        files = {str(path.relative_to(unpacked())) for path in unpacked().rglob("*") if path.is_file()}
        self.assertEqual(files - listed, {"SHA256SUMS"})

    def test_nothing_in_it_is_of_the_machine_that_made_it(self):
        with tarfile.open(TARBALL) as tarball:
            members = tarball.getmembers()
        self.assertEqual(members, sorted(members, key=lambda member: member.name.split("/")))
        for member in members:
            self.assertEqual((member.uid, member.gid, member.uname, member.gname), (0, 0, "", ""))
            self.assertIn(member.mode, (0o644, 0o755))
        self.assertEqual(len({member.mtime for member in members}), 1)

    @unittest.skipUnless(IS_RELEASE, "of the long form of the tests, with the programs of a release")
    def test_the_programs_hold_no_path_of_the_machine_that_made_them(self):
        for name in PROGRAMS:
            program = (unpacked() / "bin" / name).read_bytes()
            for path in (ROOT, Path.home() / ".cargo"):
                self.assertNotIn(str(path).encode(), program, name)

    def test_the_programs_state_its_version(self):
        self.assertIn(f"-{VERSION}-", TARBALL.name)
        for name in PROGRAMS:
            said = subprocess.check_output([unpacked() / "bin" / name, "--version"], text=True)
            self.assertEqual(said, f"{name} {VERSION}\n")

    def test_the_packages_have_its_version_and_the_changelog_names_it(self):
        for file in ("package.json", "package-lock.json", "client/package.json"):
            self.assertEqual(json.loads((ROOT / "frontend" / file).read_text())["version"], VERSION, file)
        self.assertRegex((ROOT / "CHANGELOG.md").read_text(), rf"(?m)^## \[{re.escape(VERSION)}\] - \d{{4}}-\d{{2}}-\d{{2}}$")

    def test_every_command_has_a_manual_page_and_completions(self):
        for name in PROGRAMS:
            help_ = subprocess.check_output([unpacked() / "bin" / name, "--help"], text=True)
            commands = re.findall(r"^  ([a-z-]+)  ", help_.split("Commands:")[1], re.MULTILINE)
            self.assertGreater(len(commands), 3)
            scripts = ("bash-completion/completions/{}", "fish/vendor_completions.d/{}.fish", "zsh/site-functions/_{}")
            scripts = [(unpacked() / "share" / script.format(name)).read_text() for script in scripts]
            for command in commands:
                if command != "help":
                    page = (unpacked() / f"share/man/man1/{name}-{command}.1").read_text()
                    self.assertIn(".SH SYNOPSIS", page)
                self.assertTrue(all(command in script for script in scripts), command)

    def test_what_is_tracked_of_documents_is_in_it(self):
        for path in (
            "LICENSE",
            "README.md",
            "docs/OPERATIONS.md",
            "docs/openrpc.json",
            "deploy/systemd/audience-run.service",
            "frontend/client/README.md",
        ):
            self.assertEqual((unpacked() / path).read_bytes(), (ROOT / path).read_bytes())


class Components(unittest.TestCase):
    def setUp(self):
        self.text = (unpacked() / "sbom.cdx.json").read_text()
        self.components = json.loads(self.text)["components"]

    def test_the_list_is_what_cyclonedx_says(self):
        self.assertIsNone(JsonStrictValidator(SchemaVersion.V1_6).validate_str(self.text))

    def test_every_component_has_a_sum_of_its_registry(self):
        for component in self.components:
            self.assertEqual("hashes" in component, not component["purl"].startswith("pkg:generic/"), component)
        names = {component["name"] for component in self.components}
        self.assertLessEqual({"sqlite", "xz", "rust-std", "tokio", "react"}, names)

    def test_every_component_has_the_text_of_its_license(self):
        licenses = (unpacked() / "THIRD-PARTY-LICENSES.txt").read_text()
        for component in self.components:
            [license_] = component["licenses"]
            if license_["expression"] not in WITHOUT_TEXT:
                label = f"{component['name']} {component['version']} ({license_['expression']})\n"
                self.assertIn(label, licenses)


if __name__ == "__main__":
    unittest.main()
