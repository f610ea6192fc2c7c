"""The commands in the documents: where they are, and whether the programs know them.

A block of a shell is run by `test_commands.py`, unless a line before it says why it is not:

    <!-- not run: needs root and systemd -->
"""

import json
import os
import re
import shlex
import subprocess
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
# How command lines begin, with the program that takes the rest. An alias of the README is one of them.
PROGRAMS = {
    ("segmentation-engine",): "SEGMENTATION_ENGINE",
    ("engine",): "SEGMENTATION_ENGINE",
    ("rpc-server",): "RPC_SERVER",
    ("cargo", "xtask"): "XTASK",
}
# What the test runs: anything else may change the machine of who runs it.
RUN = {"segmentation-engine", "engine", "rpc-server", "curl", "head", "od", "openssl", "tr", "sqlite3", "export", "alias", "set", "."}
# It has a test of its own, in which a block goes on where the one before it has ended.
TUTORIAL = "docs/tutorial.md"
SHELLS = {"sh", "bash", "console", "cron", "sh server"}
# What an unlabeled line of commands begins with.
COMMAND = re.compile(
    r"\s*(?:\$ |(?:sudo|segmentation-engine|rpc-server|engine|cargo|npm|npx|node|curl|docker|kubectl|git|python3?|psql|sqlite3"
    r"|pg_\w+|openssl|export|cd|target/\S+|\./\S+) )"
)
FENCE = re.compile(r"^( *)(`{3,})(.*)\n((?:.*\n)*?)\1\2 *$", re.MULTILINE)
REASON = re.compile(r"<!-- not run: (.+) -->$")
# Within sentences, a flag may stand without its value, or with a word for it: `migrate --shards COUNT`.
PLACEHOLDER = re.compile(r"error: (?:a value is required for|invalid value '[A-Z]+' for) ")
# Names of packages, where cargo builds them.
NAMED = {"--package", "-p", "--bin"}


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    kind: str
    text: str
    # Why it is not run.
    reason: str | None

    def __str__(self):
        return f"{self.page}:{self.line}"

    def is_shell(self) -> bool:
        return self.kind in SHELLS

    def is_run(self) -> bool:
        return self.is_shell() and self.reason is None and self.page != TUTORIAL

    def script(self) -> str:
        """What somebody types. Of lines of cron, what its shell gets."""
        match self.kind:
            case "console":
                return "".join(f"{command}\n" for command, _ in self.dialogue())
            case "cron":
                lines = [line.split(maxsplit=6)[6] for line in self.text.splitlines() if not re.match(r"\w+=", line)]
                return "".join(f"{line}\n" for line in lines)
        return self.text

    def dialogue(self) -> list[tuple[str, list[str]]]:
        """Of a block of `console`, each command with what it prints."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        lines = [re.sub(r"\\\n", "\\\0", part).splitlines() for part in parts]
        return [(first.replace("\0", "\n"), printed) for first, *printed in lines]


def pages() -> list[Path]:
    """Every document that is tracked or new."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.check_output(listed, cwd=ROOT, text=True).splitlines()
    assert len(names) > 20, names
    return [ROOT / name for name in names]


def blocks(page: str, text: str) -> list[Block]:
    found = []
    for match in FENCE.finditer(text):
        before = text[: match.start()].rstrip("\n").rpartition("\n")[2].strip()
        reason = REASON.search(before)
        line = text.count("\n", 0, match.start()) + 1
        kind, inner = match[3].strip(), textwrap.dedent(match[4])
        found.append(Block(page, line, kind, inner, reason[1] if reason else None))
    return found


def faults(page: str, text: str) -> list[str]:
    """What is wrong with the commands of a page, with its line."""
    found = []
    for block in blocks(page, text):
        if not block.is_shell():
            if block.kind == "" and any(COMMAND.match(line) for line in block.text.splitlines()):
                found.append(f"{block}: a block of commands is marked `sh`, or `console` if it has their output")
            continue
        checked = subprocess.run(["bash", "-n"], input=block.script(), capture_output=True, text=True)
        if checked.returncode != 0:
            found.append(f"{block}: {checked.stderr.strip()}")
            continue
        found += [f"{block}: {fault}" for words in command_lines(block.script()) if (fault := refusal(words))]
        if block.is_run() and (others := programs_in(block.script()) - RUN):
            found.append(f"{block}: {', '.join(sorted(others))}: <!-- not run: WHY --> belongs before the block")
    for line, span in spans(text):
        refusals = [refusal(words) for words in command_lines(span)]
        found += [f"{page}:{line}: {fault}" for fault in refusals if fault and not PLACEHOLDER.search(fault)]
    return found


def spans(text: str) -> Iterator[tuple[int, str]]:
    """Code within sentences that has a command line in it, such as `run --wait 600`, with its line."""
    outside = FENCE.sub(lambda match: "\n" * match[0].count("\n"), text)
    for match in re.finditer(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)", outside):
        line, span = outside.count("\n", 0, match.start()) + 1, match[1].replace("\n", " ")
        words = span.split()
        if len(words) > 1 and words[0] in commands_of("SEGMENTATION_ENGINE") and words[1].startswith("--"):
            span = f"segmentation-engine {span}"
        elif len(words) > 1 and words[0] in commands_of("RPC_SERVER") and words[1].startswith("--"):
            span = f"rpc-server {span}"
        if command_lines(span):
            yield line, span


def command_lines(script: str) -> list[tuple[str, ...]]:
    """Those of our programs, and scripts of npm, wherever they stand in a line."""
    found = []
    for line in re.sub(r"\\\n\s*", " ", script).splitlines():
        for words in simple_commands(line):
            for at in range(len(words)):
                is_ours = any(words[at : at + len(start)] == list(start) for start in [*PROGRAMS, ("npm", "run")])
                if is_ours and (at == 0 or words[at - 1] not in NAMED):
                    found.append(tuple(words[at:]))
                    break
    return found


def programs_in(script: str) -> set[str]:
    """The first words of its commands, after variables."""
    found = set()
    for line in re.sub(r"\\\n\s*", " ", script).splitlines():
        for words in simple_commands(line):
            words = [word for word in words if not re.match(r"\w+=", word)]
            found |= {word.removeprefix("$") for word in words[:1]} - {""}
    return found


def simple_commands(line: str) -> list[list[str]]:
    """The words between `;`, `|`, `&&` and the like, without redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="();|&<>")
    lexer.whitespace_split = True
    try:
        tokens = list(lexer)
    except ValueError:
        # A quote that goes on in the next line. None of our commands has one.
        return []
    found, words = [], []
    is_target = False
    for token in tokens:
        if set(token) <= set("();|&"):
            found.append(words)
            words = []
        elif set(token) <= set("<>&"):
            # The number of what is redirected.
            if words and words[-1] in ("1", "2"):
                words.pop()
            is_target = True
        elif is_target:
            is_target = False
        else:
            words.append(token)
    return [words for words in [*found, words] if words]


@cache
def refusal(words: tuple[str, ...]) -> str | None:
    """Why a program does not take a command line, if so. With --help it reads all of it and does nothing."""
    if words[:2] == ("npm", "run"):
        name = next((word for word in words[2:] if not word.startswith("-")), None)
        return None if name in npm_scripts() else f"npm has no script {name}"
    start = next(start for start in PROGRAMS if words[: len(start)] == start)
    rest = []
    for word in words[len(start) :]:
        # What follows is for another program. An ellipsis stands for anything.
        if word == "--":
            break
        rest += [] if word == "…" else [word]
    ended = subprocess.run([os.environ[PROGRAMS[start]], *rest, "--help"], capture_output=True, text=True)
    return None if ended.returncode == 0 else f"{shlex.join(words)}: {ended.stderr.strip()}"


@cache
def commands_of(program: str) -> frozenset[str]:
    help_ = subprocess.check_output([os.environ[program], "--help"], text=True)
    return frozenset(re.findall(r"^  ([a-z-]+)  ", help_.split("Commands:")[1], re.MULTILINE))


@cache
def npm_scripts() -> frozenset[str]:
    manifests = subprocess.check_output(["git", "ls-files", "frontend/**package.json"], cwd=ROOT, text=True).split()
    return frozenset(name for path in manifests for name in json.loads((ROOT / path).read_text()).get("scripts", {}))
