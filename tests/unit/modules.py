"""The rules without records, imported by path: neither Odoo nor a database is needed."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def load(path):
    """Return the module in ``path``, given from the top of the repository."""
    name = path.removesuffix(".py").replace("/", "_")
    spec = importlib.util.spec_from_file_location(name, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
