"""Chinese is complete: each addon's zh_CN.po covers its .pot and says the same things."""

import re
from collections import Counter

import polib

from .house import at, house, plant, verdict

NAMED = re.compile(r"%\(\w+\)[-+0# ]*\d*(?:\.\d+)?[a-zA-Z]|\{\{.*?\}\}|\{[\w.!:]*\}")
POSITIONAL = re.compile(r"%[-+0#]*\d*(?:\.\d+)?[sdifrgx](?![a-zA-Z])")
TAG = re.compile(r"</?[a-zA-Z][\w:-]*")


def _placeholders(message):
    """Named ones and tags in any order, positional ones in theirs."""
    return (Counter(NAMED.findall(message)), Counter(TAG.findall(message)),
            POSITIONAL.findall(message))


def _entry_problem(entry):
    if entry.fuzzy:
        return "is fuzzy; check it and drop the flag"
    if not entry.msgstr.strip():
        return "is not translated"
    if _placeholders(entry.msgid) != _placeholders(entry.msgstr):
        return "has other placeholders or tags than its source"
    return None


def _entries(source):
    return [e for e in polib.pofile(source.text) if not e.obsolete]


def incomplete_chinese(house):
    problems = []
    for addon in house.addons:
        source = addon.get("i18n/zh_CN.po")
        if source is None:
            problems.append(f"{addon.name}/i18n/zh_CN.po:1: is missing; export and translate it")
            continue
        for entry in _entries(source):
            problem = _entry_problem(entry)
            if problem:
                problems.append(at(source, entry.linenum, f"{entry.msgid[:60]!r} {problem}"))
    return problems


def po_and_pot_differ(house):
    problems = []
    for addon in house.addons:
        name = f"i18n/{addon.name}.pot"
        pot, po = addon.get(name), addon.get("i18n/zh_CN.po")
        if pot is None:
            problems.append(f"{addon.name}/{name}:1: is missing; export the addon's terms")
        if pot is None or po is None:
            continue
        terms = {e.msgid: e.linenum for e in _entries(pot)}
        known = {e.msgid: e.linenum for e in _entries(po)}
        problems += [at(pot, terms[t], f"{t[:60]!r} is not in zh_CN.po; translate it")
                     for t in terms if t not in known]
        problems += [at(po, known[t], f"{t[:60]!r} is not in the .pot; drop it or export anew")
                     for t in known if t not in terms]
    return problems


def test_chinese_is_complete():
    verdict(incomplete_chinese(house()))


def test_chinese_covers_exactly_the_terms():
    verdict(po_and_pot_differ(house()))


def _po(*entries):
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    return head + "".join(f'\n{flag}msgid "{source}"\nmsgstr "{target}"\n'
                          for flag, source, target in entries)


def test_incomplete_chinese_is_caught(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor/models/a.py": "", "service_advisor_quality/i18n/zh_CN.po": _po(
            ("", "Order", "工单"), ("", "100% sure", "100% 确定"),
            ("", "%(a)s of %(b)s", "%(b)s 的 %(a)s"), ("", "<b>Hi</b> {{ object.x }}",
                                                      "<b>你好</b> {{ object.x }}"),
            ("", "Empty", ""), ("#, fuzzy\n", "Fuzzy", "模糊"),
            ("", "Late %(name)s", "迟到 %(nam)s"), ("", "Take %s", "取"),
            ("", "<b>Bold</b>", "<i>粗</i>"), ("", "Hi {x}", "你好 {y}"),
            ("", "%s by %d", "%d 由 %s")),
    })
    problems = incomplete_chinese(fake)
    assert problems[0].startswith("service_advisor/i18n/zh_CN.po:1: is missing")
    assert [p.split("'")[1] for p in problems[1:]] == [
        "Empty", "Fuzzy", "Late %(name)s", "Take %s", "<b>Bold</b>", "Hi {x}", "%s by %d"]


def test_po_and_pot_that_differ_are_caught(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor/i18n/zh_CN.po": _po(("", "Both", "都"), ("", "Old", "旧")),
        "service_advisor/i18n/service_advisor.pot": _po(("", "Both", ""), ("", "New", "")),
        "service_advisor_quality/i18n/zh_CN.po": _po(("", "Both", "都")),
    })
    problems = po_and_pot_differ(fake)
    assert "'New' is not in zh_CN.po" in problems[0] and "'Old' is not in the" in problems[1]
    assert "service_advisor_quality.pot:1: is missing" in problems[2] and len(problems) == 3
