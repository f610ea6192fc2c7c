"""Builds the site of the documentation with mdBook: python docs/site/build.py FOLDER. `cargo xtask site` calls it.

The pages stand in the site as they do in the repository, so their links hold in both, but for two things: folders of deploy/ become
pages that show their files, and a README.md becomes an index.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = Path(__file__).parent
# Beside what is in docs/.
PAGES = ["README.md", "CHANGELOG.md", "SECURITY.md", "frontend/client/README.md"]
# How code in files of deploy/ is colored.
LANGUAGES = {".yaml": "yaml", ".toml": "toml", ".env": "sh", ".sh": "sh", "": "dockerfile", ".release": "dockerfile"}


def build(folder: Path) -> Path:
    """Writes the site into a folder, which is emptied before, and returns where its pages are."""
    shutil.rmtree(folder, ignore_errors=True)
    source = folder / "src"
    shutil.copytree(ROOT / "docs", source / "docs", ignore=shutil.ignore_patterns("site"))
    for page in PAGES:
        (source / page).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / page, source / page)
    for part in sorted((ROOT / "deploy").iterdir()):
        write_listing(part, source / "deploy" / part.name / "README.md")
    shutil.copy(SITE / "SUMMARY.md", source)
    for page in list(source.rglob("*.md")):
        text = re.sub(r"(\]\((?:\.\./)*deploy/\w+)\)", r"\1/README.md)", page.read_text())
        page.write_text(re.sub(r"(\]\([\w./-]*)\bREADME\.md\b", r"\1index.md", text))
        if page.name == "README.md":
            page.rename(page.with_name("index.md"))
    shutil.copy(SITE / "book.toml", folder)
    mdbook = Path(sys.executable).with_name("mdbook")
    subprocess.run([mdbook, "build", folder], check=True, env={**os.environ, "MDBOOK_LOG": "warn"})
    return folder / "book"


def write_listing(folder: Path, page: Path):
    """A page with all files of a folder. Those of JSON are for programs; it links to them."""
    page.parent.mkdir(parents=True)
    with page.open("w") as text:
        text.write(f"# deploy/{folder.name}\n")
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            if file.suffix == ".json":
                shutil.copy(file, page.parent)
                text.write(f"\n[{file.name}]({file.name})\n")
                continue
            language = LANGUAGES.get(file.suffix, "ini")
            text.write(f"\n## {file.relative_to(folder)}\n\n```{language}\n{file.read_text()}```\n")


if __name__ == "__main__":
    print(build(Path(sys.argv[1])) / "index.html")
