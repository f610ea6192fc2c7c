"""The documents say what commands do: each block of a shell is run, or says why not, and the programs know every flag."""

import os
import re
import tempfile
import unittest
from pathlib import Path

import commands
import tutorial
from prepared import Prepared


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = {str(page.relative_to(commands.ROOT)): page.read_text() for page in commands.pages()}

    def test_the_programs_know_every_command_and_flag(self):
        self.assertEqual([fault for page, text in self.texts.items() for fault in commands.faults(page, text)], [])

    def test_what_is_not_marked_works(self):
        with tempfile.TemporaryDirectory() as folder, tutorial.StandIn(Path(os.environ["RESEND_FAKE"])) as mail:
            prepared = Prepared(Path(folder), mail.url)
            blocks = [block for page, text in self.texts.items() for block in commands.blocks(page, text)]
            blocks = [block for block in blocks if block.is_run()]
            self.assertGreater(len(blocks), 30)
            server = prepared.serve()
            self.addCleanup(lambda: tutorial.stop(server))
            for block in blocks:
                with self.subTest(str(block)):
                    if block.kind == "sh server":
                        tutorial.stop(server)
                        tutorial.stop(prepared.serve(block.script()))
                        server = prepared.serve()
                    elif block.kind == "console":
                        self.follow(prepared, block)
                    else:
                        prepared.run(block.script(), prepared.copy())

    def follow(self, prepared: Prepared, block: commands.Block):
        """Each line must be in what is printed, with other figures."""
        folder = prepared.copy()
        for command, lines in block.dialogue():
            printed = shape(prepared.run(command, folder)).splitlines()
            for line in lines:
                self.assertIn(shape(line), printed)


def shape(text: str) -> str:
    """Without times and figures, and without the spaces that align them."""
    text = re.sub(r"\d+-\d+-\d+T[\d:.]+Z|\bnever\b", "TIME", text)
    return re.sub(r"(?<=\S) +", " ", re.sub(r"\d+", "0", text))


def page(*blocks: str) -> str:
    return "".join(f"Words.\n\n{block}\n" for block in blocks)


class Checker(unittest.TestCase):
    """What a reader of a page trusts."""

    def faults(self, *blocks: str) -> str:
        return "\n".join(commands.faults("page.md", page(*blocks)))

    def test_blocks_are_found_with_their_lines_and_reasons(self):
        text = page(
            "```sh\na\n```",
            "<!-- not run: needs root -->\n```sh\nb\n```",
            "   ```cron\n   * * * * * me c d\n   ```",
            "```json\n{}\n```",
        )
        found = commands.blocks("page.md", text)
        self.assertEqual(
            [(str(block), block.kind, block.script(), block.reason) for block in found if block.is_shell()],
            [
                ("page.md:3", "sh", "a\n", None),
                ("page.md:9", "sh", "b\n", "needs root"),
                ("page.md:14", "cron", "c d\n", None),
            ],
        )

    def test_a_reason_is_of_one_block(self):
        text = page("<!-- not run: needs root -->\n```sh\na\n```", "```sh\nb\n```")
        self.assertEqual([block.reason for block in commands.blocks("page.md", text)], ["needs root", None])
        [block] = commands.blocks("page.md", page("<!-- not run: -->\n```sh\na\n```"))
        self.assertIsNone(block.reason, "a reason has words")

    def test_what_a_console_prints_is_no_command(self):
        [block] = commands.blocks("page.md", page("```console\n$ a \\\n    b\nprinted\n$ c\n```"))
        self.assertEqual(block.dialogue(), [("a \\\n    b", ["printed"]), ("c", [])])

    def test_commands_without_a_mark_are_found(self):
        for line in ("segmentation-engine run", "$ engine status", "sudo systemctl start x", "cargo xtask dist"):
            self.assertIn("page.md:3: a block of commands is marked", self.faults(f"```\n{line}\n```"))
        self.assertEqual(self.faults("```\nRun 1 in 5 ms\n```"), "")

    def test_unknown_commands_and_flags_are_found(self):
        for line in (
            "segmentation-engine run --incrementl",
            "segmentation-engine rnu",
            "rpc-server token create --nme x --role ADMIN",
            "A=b segmentation-engine export plan:pro \\\n  --outptu file",
            "sudo -u audience segmentation-engine status --jsno",
            "(cd frontend && npm run biuld)",
            "cargo xtask dmeo",
            "segmentation-engine report as-of --show nobody",
            "if",
        ):
            self.assertIn("page.md:3: ", self.faults(f"```sh\n{line}\n```"), line)
            marked = f"<!-- not run: needs root -->\n```sh\n{line}\n```"
            self.assertIn("page.md:4: ", self.faults(marked), line)
        self.assertIn(
            "--jsno", self.faults("```cron\n* * * * * audience segmentation-engine run --jsno >>runs.jsonl\n```")
        )
        self.assertIn("--waaait", self.faults("Start `run --waaait 600` at night."))
        self.assertIn("'rnu'", self.faults("Start `segmentation-engine\nrnu`."))

    def test_what_could_change_the_machine_is_marked(self):
        for line in (
            "sudo apt-get update",
            "X=1 npm install left-pad",
            "segmentation-engine status && docker ps",
            "rm file",
        ):
            self.assertIn("belongs before the block", self.faults(f"```sh\n{line}\n```"), line)
            self.assertEqual(self.faults(f"<!-- not run: needs root -->\n```sh\n{line}\n```"), "", line)

    def test_commands_that_are_right_pass(self):
        for line in (
            "segmentation-engine run --wait 600 --json >>runs.jsonl 2>/dev/null",
            "segmentation-engine run 2>&1",
            "segmentation-engine cleanup && segmentation-engine verify >log",
            "TOKEN=$(rpc-server token create --name x --role ADMIN)",
        ):
            self.assertEqual(self.faults(f"```sh\n{line}\n```"), "", line)
        for line in (
            "cargo build --package segmentation-engine --package rpc-server",
            "cargo xtask test -- --test api",
        ):
            self.assertEqual(self.faults(f"<!-- not run: it takes long -->\n```sh\n{line}\n```"), "", line)
        self.assertEqual(
            self.faults("`run --workers N`, `migrate --shards`, `segmentation-engine import …` and `two\nlines`"), ""
        )


if __name__ == "__main__":
    unittest.main()
