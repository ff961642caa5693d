"""Start Odoo as one lane of ./dev test: it runs the tests that no other lane has begun.

And it does not do again for every test what was not undone. Odoo forgets everything its methods
remember (``ormcache``) after each test; here only what a test or its class has invalidated is
forgotten. That is enough: what is remembered and was not invalidated holds for the records as
they are, and so it does for the same records when the test is rolled back.
"""
import re
import sys
from pathlib import Path
from unittest.mock import patch

import odoo.cli
from odoo.orm.registry import _CACHES_BY_KEY, Registry
from odoo.tests import HttpCase, TransactionCase, loader
from odoo.tests.suite import OdooSuite

ROOT = str(Path(__file__).resolve().parents[2])
sys.path.insert(0, ROOT)

from tools.lanes import claim  # noqa: E402

sys.path.remove(ROOT)  # our addons are Odoo's to find

make_suite = loader.make_suite
set_up = TransactionCase.setUp
clear_cache, clear_all_caches = Registry.clear_cache, Registry.clear_all_caches
# The names of what was invalidated: by the class before its tests, and by the test that runs.
by_class, by_test = set(), set()
# Odoo compiles the scripts and style sheets of every page before the first test that needs a web
# server; no test of ours opens these.
UNSEEN = re.compile(r"unit_tests|qunit|tests_assets|discuss_public|spreadsheet|_session_|api_doc"
                    r"|_dark$|snailmail")
# Loaded by name where no page names them: compiled again in every test, unless it is done before.
LOADED = {"bus.websocket_worker_assets", "web.assets_emoji"}


class LaneSuite(OdooSuite):
    def run(self, result, debug=False):
        # what takes long comes first, so that the lanes end at about the same time
        tests = sorted(self._tests, key=lambda test: not isinstance(test, HttpCase))
        self._tests = (test for test in tests if claim(self._name(test)))
        return super().run(result, debug)

    def _name(self, test):
        return f"{type(test).__module__}.{type(test).__qualname__}"

    def has_http_case(self):
        if found := super().has_http_case():
            _prepare_few_bundles()
        return found

    def _tearDownPreviousClass(self, test, result):
        with patch.object(Registry, "clear_all_caches", forget_the_class):
            super()._tearDownPreviousClass(test, result)


def make_lane_suite(module_names, position="at_install"):
    return LaneSuite(make_suite(module_names, position))


# ---- what is remembered ------------------------------------------------------------------------


def set_up_and_watch(test):
    by_class.update(by_test)
    by_test.clear()
    with patch.object(Registry, "clear_all_caches", forget_the_test):
        set_up(test)  # has it called when the test is over


def clear_and_note(registry, *names):
    by_test.update(names or ("default",))
    clear_cache(registry, *names)


def clear_and_note_all(registry):
    by_test.update(_CACHES_BY_KEY)
    clear_all_caches(registry)


def forget_the_test(registry):
    if by_test:
        clear_cache(registry, *by_test)
    by_test.clear()


def forget_the_class(registry):
    by_test.update(by_class)
    by_class.clear()
    forget_the_test(registry)


# ---- scripts and style sheets ------------------------------------------------------------------


def _prepare_few_bundles():
    # found where the addons are, which Odoo knows by now
    from odoo.addons.base.models.ir_qweb import IrQweb

    def seen(self):
        scripts, styles = all_of_them(self)
        return ({name for name in scripts if not UNSEEN.search(name)} | LOADED,
                {name for name in styles if not UNSEEN.search(name)})

    all_of_them = IrQweb._get_bundles_to_pregenarate
    IrQweb._get_bundles_to_pregenarate = seen


if __name__ == "__main__":
    loader.make_suite = make_lane_suite
    TransactionCase.setUp = set_up_and_watch
    Registry.clear_cache = clear_and_note
    Registry.clear_all_caches = clear_and_note_all
    odoo.cli.main()
