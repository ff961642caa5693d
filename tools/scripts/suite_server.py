"""Start Odoo, and run its tests of both moments once every addon is loaded.

Odoo runs ``at_install`` tests as soon as their module is loaded, before any addon above it: they
would never meet ours, and fail on columns that only a later addon fills.
"""
import odoo.cli
from odoo.tests import loader
from odoo.tests.suite import OdooSuite

make_suite = loader.make_suite


def make_suite_in_the_end(module_names, position="at_install"):
    """As Odoo's, but nothing while modules are being loaded and everything afterwards."""
    if position == "at_install":
        return OdooSuite()
    return make_suite(module_names, "at_install,post_install")


if __name__ == "__main__":
    loader.make_suite = make_suite_in_the_end
    odoo.cli.main()
