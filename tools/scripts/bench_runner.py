"""Run one benchmark of bench/ inside Odoo: ``bench_runner.py DATABASE FILE [NAME=NUMBER ...]``.

A benchmark is a file with ``run(env)``: it prints its table and asserts what it promises. It
works on a database of its own, so what it writes needs no cleaning. ``NAME=NUMBER`` replaces one
of its constants.
"""
import runpy
import sys

import odoo.modules.registry
from odoo import SUPERUSER_ID, api
from odoo.tools import config


def main():
    database, path, *settings = sys.argv[1:]
    run = runpy.run_path(path)["run"]
    for name, number in (setting.split("=") for setting in settings):
        if name not in run.__globals__:
            sys.exit(f"{path} has no {name} to set")
        run.__globals__[name] = int(number)
    config.parse_config(["-d", database, "--no-http", "--log-level=warn"], setup_logging=True)
    registry = odoo.modules.registry.Registry(database)
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        run(env)
        cr.rollback()


if __name__ == "__main__":
    try:
        main()
    except AssertionError as error:
        sys.exit(f"not as promised: {error}")
