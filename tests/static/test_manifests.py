"""Manifests: licence, version, keys and dependencies in order, every file listed."""

import importlib.util
import os
import pprint
import re
from pathlib import Path

import pytest

from .house import ADDONS, at, house, plant, sound_manifest, verdict

VERSION = re.compile(r"19\.0\.\d+\.\d+\.\d+")
NEEDED = {"name", "version", "license", "author", "depends"}
KEYS = NEEDED | {
    "application", "assets", "auto_install", "category", "cloc_exclude", "contributors",
    "countries", "data", "demo", "description", "external_dependencies", "icon", "images",
    "installable", "live_test_url", "maintainer", "post_init_hook", "post_load",
    "pre_init_hook", "sequence", "summary", "test", "uninstall_hook", "url", "web", "website",
}
LOADED_FOLDERS = {"data", "demo", "report", "reports", "security", "views", "wizard", "wizards"}


def _content_problems(manifest):
    unknown = sorted(set(manifest) - KEYS)
    if unknown:
        yield f"Odoo knows no manifest key {', '.join(unknown)}; drop it"
    for key in sorted(NEEDED - set(manifest)):
        yield f"key {key} is missing"
    for key, content in manifest.items():
        if content in (False, "", [], {}) or (key == "installable" and content is True):
            yield f"{key} says what is so without it; drop it"
    if manifest.get("license") != "LGPL-3":
        yield "the licence is LGPL-3"
    if not VERSION.fullmatch(manifest.get("version", "")):
        yield "the version is 19.0.x.y.z"


def _depends_problems(addon):
    depends = addon.manifest.get("depends", [])
    for name in depends:
        if name in ADDONS and name not in addon.lower:
            yield f"depends on {name}, which is not lower; turn it round"
    if len(set(depends)) < len(depends):
        yield "names a dependency twice"


def _files_problems(addon):
    data, demo = addon.manifest.get("data", []), addon.manifest.get("demo", [])
    here = {s.rel.partition("/")[2] for s in addon.sources}
    for name in [*data, *demo]:
        if name not in here:
            yield f"{name} is listed and does not exist"
    loaded = {n for n in here if n.split("/")[0] in LOADED_FOLDERS and Path(n).suffix in (
        ".xml", ".csv")}
    for name in sorted(loaded - {*data, *demo}):
        yield f"{name} is not listed; add it to data or demo"
    for name in data:
        if name.startswith("demo/"):
            yield f"{name} is demo data; list it there"


def manifest_problems(house):
    return [
        at(addon.manifest_source, 1, problem) for addon in house.addons
        for problem in [*_content_problems(addon.manifest), *_depends_problems(addon),
                        *_files_problems(addon)]]


def odoo_addons():
    """Names of the addons of the Odoo at hand, found without importing it; None without."""
    spec = importlib.util.find_spec("odoo")
    homes = [Path(p) for p in (spec.submodule_search_locations or [])] if spec else []
    if os.environ.get("ODOO_HOME"):
        homes.append(Path(os.environ["ODOO_HOME"]))
    folders = [f for h in homes for f in (h / "addons", h.parent / "addons", h / "odoo/addons")]
    return {m.parent.name for f in folders for m in f.glob("*/__manifest__.py")} or None


def unknown_depends(house, known):
    return [
        at(addon.manifest_source, 1, f"depends on {name}, which neither Odoo nor we have")
        for addon in house.addons for name in addon.manifest.get("depends", [])
        if name not in known and name not in ADDONS]


def strange_addons(house):
    """Folders with a manifest that the rules do not know, so nothing checks them."""
    return [
        at(s, 1, "these rules do not know this addon; add it to ADDONS in tests/static/house.py")
        for s in house.sources
        if len(s.parts) == 2 and s.parts[1] == "__manifest__.py" and not s.addon]


def test_manifests_are_in_order():
    verdict(manifest_problems(house()))


def test_dependencies_exist():
    known = odoo_addons()
    if known is None:
        pytest.skip("no Odoo at hand to look dependencies up in")
    verdict(unknown_depends(house(), known))


def test_every_addon_is_checked():
    verdict(strange_addons(house()))


def _manifest(**values):
    return pprint.pformat(sound_manifest(**values))


def test_manifest_problems_are_caught(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor/__manifest__.py": _manifest(
            license="AGPL-3", version="18.0.1.0.0", maintainers=["a"], demo=[], installable=True,
            depends=["base", "base", "service_advisor_quality"],
            data=["views/gone.xml", "views/here.xml", "demo/demo.xml"]),
        "service_advisor/views/here.xml": "<odoo/>", "service_advisor/views/forgotten.xml": "",
        "service_advisor/demo/demo.xml": "<odoo/>", "service_advisor/static/src/a.xml": "",
        "service_advisor_quality/__manifest__.py": _manifest(
            depends=["service_advisor"], data=["security/a.csv"]),
        "service_advisor_quality/security/a.csv": "",
    })
    assert [p.partition(": ")[2] for p in manifest_problems(fake)] == [
        "Odoo knows no manifest key maintainers; drop it",
        "demo says what is so without it; drop it",
        "installable says what is so without it; drop it",
        "the licence is LGPL-3", "the version is 19.0.x.y.z",
        "depends on service_advisor_quality, which is not lower; turn it round",
        "names a dependency twice", "views/gone.xml is listed and does not exist",
        "views/forgotten.xml is not listed; add it to data or demo",
        "demo/demo.xml is demo data; list it there"]


def test_missing_keys_are_caught(tmp_path):
    fake = plant(tmp_path, {"service_advisor/__manifest__.py": "{'name': 'Bare'}"})
    assert sum("is missing" in p for p in manifest_problems(fake)) == 4


def test_unknown_depends_and_addons_are_caught(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor_quality/__manifest__.py": _manifest(
            depends=["service_advisor", "survey", "helpdesk"]),
        "service_other/__manifest__.py": "{}",
    })
    assert len(unknown_depends(fake, {"survey"})) == 1
    assert [p.split(":")[0] for p in strange_addons(fake)] == ["service_other/__manifest__.py"]
