"""The repository, read once, for the house rules: no database, no Odoo.

``house()`` is the checkout; ``plant()`` writes a small fake one, so that every rule can show
that it catches what it forbids. A rule is a function ``house -> list of problems``; a problem
is one line made by ``at()``: where, what is wrong, what to do.
"""

import ast
import functools
import io
import os
import pprint
import subprocess
import textwrap
import tokenize
from pathlib import Path

import pytest
from lxml import etree

# From the lowest to the highest: an addon knows only those before it.
ADDONS = ("service_advisor", "service_advisor_sms", "service_advisor_quality",
          "service_advisor_reports")
ROOT = Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = {"__pycache__", "node_modules"}
PRAGMAS = ("noqa", "pylint:", "pragma:", "type:", "ruff:", "fmt:")


def at(source, line, problem):
    return f"{source.rel}:{line}: {problem}"


def verdict(problems):
    """Fail with one problem per line."""
    if problems:
        pytest.fail("\n".join([f"{len(problems)} found", *problems]), pytrace=False)


class Source:
    """One text file: its lines, and its Python or XML tree when it has one."""

    def __init__(self, root, path):
        self.path = path
        self.rel = path.relative_to(root).as_posix()
        self.parts = Path(self.rel).parts
        self.suffix = path.suffix
        self.addon = self.parts[0] if self.parts[0] in ADDONS else None

    @functools.cached_property
    def text(self):
        """Its text, or None for a binary file."""
        data = self.path.read_bytes()
        try:
            return None if b"\0" in data else data.decode()
        except UnicodeDecodeError:
            return None

    @functools.cached_property
    def lines(self):
        return (self.text or "").split("\n")

    @property
    def is_python(self):
        return self.suffix == ".py" or (
            not self.suffix and self.lines[0].startswith("#!") and "python" in self.lines[0])

    @property
    def is_test(self):
        return "tests" in self.parts

    @functools.cached_property
    def tree(self):
        """Its Python tree; every node knows its ``parent``."""
        tree = ast.parse(self.text, filename=self.rel)
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                child.parent = node
        return tree

    @functools.cached_property
    def nodes(self):
        return list(ast.walk(self.tree))

    @functools.cached_property
    def xml(self):
        try:
            return etree.fromstring(self.text.encode())
        except etree.XMLSyntaxError as error:
            raise SyntaxError(f"{self.rel}: {error}") from error

    @functools.cached_property
    def comments(self):
        """Python comments by line: {line: (text, whether it stands alone)}."""
        found = {}
        for token in tokenize.generate_tokens(io.StringIO(self.text).readline):
            if token.type == tokenize.COMMENT:
                line, column = token.start
                alone = not self.lines[line - 1][:column].strip()
                found[line] = (token.string.lstrip("#! ").strip(), alone)
        return found

    def comments_for(self, node, line):
        """Comments beside ``line`` or in the block right above it or above its statement."""
        while not isinstance(node, ast.stmt):
            node = node.parent
        found = []
        for start in {line, node.lineno}:
            if start in self.comments:
                found.append(self.comments[start][0])
            above = start - 1
            while self.comments.get(above, ("", False))[1]:
                found.append(self.comments[above][0])
                above -= 1
        return [text for text in found if text and not text.startswith(PRAGMAS)]


class Addon:
    """One addon of ours: its manifest and its files."""

    def __init__(self, name, sources):
        self.name = name
        self.sources = sources
        self.manifest_source = next(s for s in sources if s.rel == f"{name}/__manifest__.py")
        self.manifest = ast.literal_eval(self.manifest_source.text)

    @property
    def higher(self):
        return ADDONS[ADDONS.index(self.name) + 1:]

    @property
    def lower(self):
        return ADDONS[:ADDONS.index(self.name)]

    def get(self, inside):
        """The file at this path inside the addon, or None."""
        return next((s for s in self.sources if s.rel == f"{self.name}/{inside}"), None)

    def python(self):
        """Python of the addon itself: no tests, no manifest."""
        return [s for s in self.sources
                if s.suffix == ".py" and not s.is_test and s is not self.manifest_source]

    def data(self):
        """XML that Odoo loads or renders: data, views, reports, QWeb of the client."""
        return [s for s in self.sources if s.suffix == ".xml" and not s.is_test]


class House:
    """The files of one checkout and the addons in it."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        paths = sorted(p for p in _list_files(self.root) if p.is_file() and not p.is_symlink())
        self.sources = [Source(self.root, path) for path in paths]
        names = [n for n in ADDONS if (self.root / n / "__manifest__.py").is_file()]
        self.addons = [Addon(n, [s for s in self.sources if s.addon == n]) for n in names]

    def python(self):
        return [source for addon in self.addons for source in addon.python()]

    def data(self):
        return [source for addon in self.addons for source in addon.data()]


def _list_files(root):
    """Files git tracks or would track; every file where git does not know the folder."""
    git = ["git", "-c", f"safe.directory={root}", "-C", str(root)]
    if (root / ".git").exists():
        listing = subprocess.run(
            [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            capture_output=True, text=True, check=True).stdout
        return {root / name for name in listing.split("\0") if name}
    return _walk(root)


def _walk(root):
    found = set()
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS and f[0] != "."]
        found.update(Path(folder, name) for name in names)
    return found


@functools.cache
def house():
    """The checkout these tests stand in."""
    return House(ROOT)


def plant(folder, files):
    """Write a fake checkout; an addon gets a sound manifest unless ``files`` brings one."""
    files = dict(files)
    for addon in {name.split("/")[0] for name in files} & set(ADDONS):
        files.setdefault(f"{addon}/__manifest__.py", pprint.pformat(sound_manifest()))
    for name, text in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return House(folder)


def sound_manifest(**values):
    return {
        "name": "Fake", "version": "19.0.1.0.0", "license": "LGPL-3", "author": "Fake",
        "depends": ["base"], **values,
    }
