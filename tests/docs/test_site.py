"""The site of the documentation: it has every page, every link leads somewhere, and its search finds things."""

import json
import re
import sys
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs/site"))

from build import build  # noqa: E402

# Made by mdBook. The page for addresses that do not exist has links for all depths.
OF_MDBOOK = {"404.html", "toc.html"}


class Page(HTMLParser):
    """Where a page leads to, and what on it can be led to."""

    def __init__(self, path: Path):
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.book = build(Path(cls.folder.name) / "site").resolve()
        paths = [path for path in cls.book.rglob("*.html") if path.name not in OF_MDBOOK]
        cls.pages = {path: Page(path) for path in paths}

    def test_every_page_of_the_documentation_is_in_it(self):
        for page in (ROOT / "docs").rglob("*.md"):
            if page.parent.name != "site":
                self.assertIn((self.book / page.relative_to(ROOT)).with_suffix(".html"), self.pages)

    def test_every_link_leads_somewhere(self):
        broken = [
            f"{path.relative_to(self.book)}: {link}"
            for path, page in self.pages.items()
            for link in page.links
            if not self.leads_somewhere(path, link)
        ]
        self.assertEqual(broken, [])

    def leads_somewhere(self, path: Path, link: str) -> bool:
        """Within the site. What is on the internet may be away for reasons of its own."""
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            return True
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if target.is_dir():
            target /= "index.html"
        if target.suffix != ".html" or not parts.fragment:
            return target.is_file()
        return target in self.pages and unquote(parts.fragment) in self.pages[target].ids

    def test_a_broken_link_is_found(self):
        path = self.book / "docs/OPERATIONS.html"
        self.assertTrue(self.leads_somewhere(path, "criteria.html#shape"))
        for link in ("criteria.html#no-such-head", "no-such-page.html", "../deploy/no-such-folder/"):
            self.assertFalse(self.leads_somewhere(path, link), link)

    def test_its_search_knows_the_words_of_the_documentation(self):
        [index] = self.book.glob("searchindex-*.js")
        [words] = re.findall(r"JSON\.parse\('(.*)'\)", index.read_text(), re.DOTALL)
        documents = json.loads(words.replace("\\'", "'").replace("\\\\", "\\"))["index"]["documentStore"]["docs"]
        for title in ("adminAudience.getSegments", "A frozen process", "Incremental runs"):
            self.assertTrue(any(document["title"] == title for document in documents.values()), title)


if __name__ == "__main__":
    unittest.main()
