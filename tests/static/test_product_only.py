"""The repository speaks of the product alone: no paths of a machine, no notes to self."""

import re

from .house import at, house, plant, verdict

# A path counts where it begins, not in the middle of a longer one (/my/work/...).
PATHS = ("/work/", "/root/", "/tmp/boot")
NOTES = ("TODO", "FIXME", "XXX")
HOSTS = ("deb.debian.org", "pypi.org", "registry.npmjs.org", "github.com")
THIS = "tests/static/test_product_only.py"

START = r"(?<![\w.<>)}*-])"
ALWAYS = re.compile("|".join(
    [START + re.escape(path) for path in PATHS] + [rf"\b{note}\b" for note in NOTES]))
HOST = re.compile("|".join(rf"(?<![\w-]){re.escape(host)}\b" for host in HOSTS))


def _may_name_hosts(source, line):
    name = source.parts[-1]
    return name.upper().startswith("README") or (
        name == "__manifest__.py" and re.match(r"\s*['\"]website['\"]", line))


def foreign_words(house):
    problems = []
    for source in house.sources:
        if source.text is None or source.rel == THIS:
            continue
        for number, line in enumerate(source.lines, 1):
            found = ALWAYS.search(line)
            if not found and not _may_name_hosts(source, line):
                found = HOST.search(line)
            if found:
                problems.append(at(source, number, f"{found.group()!r} has no place in the "
                                   "product; say it without, or do it now"))
    return problems


def test_files_speak_of_the_product_alone():
    verdict(foreign_words(house()))


def test_foreign_words_are_caught(tmp_path):
    fake = plant(tmp_path, {
        "a.md": "see /work/main\n", "b.sh": "cd '/root/x'\n", "c.txt": "\n/tmp/boot\n",
        "d.py": "# TODO later\n", "e.js": "// FIXME\n", "f.xml": "<a>XXX</a>",
        "g.yml": "https://deb.debian.org/debian\n", "h.cfg": "index = pypi.org\n",
        "i.json": '"https://registry.npmjs.org/x"', "j.html": "https://github.com/x",
        "README.md": "https://github.com/x and https://pypi.org\n",
        "doc/README.md": "/root/x\n",
        "service_advisor/__manifest__.py": """{
            "website": "https://github.com/x",
            "author": "https://github.com/x",
        }""",
        "fine.py": "a = '/my/work/3', 'LSVXXX12345', 'todo', 'mygithub.com', '/rooted/x'\n",
        THIS: "TODO /work/ github.com",
    })
    (tmp_path / "photo.png").write_bytes(b"\0 TODO")
    found = [p.partition(": ")[0] for p in foreign_words(fake)]
    assert found == [
        "a.md:1", "b.sh:1", "c.txt:2", "d.py:1", "doc/README.md:1", "e.js:1", "f.xml:1",
        "g.yml:1", "h.cfg:1", "i.json:1", "j.html:1", "service_advisor/__manifest__.py:3"]
