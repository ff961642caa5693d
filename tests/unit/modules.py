"""The rules without records, imported by path: neither Odoo nor a database is needed."""

import importlib
import sys
import types
from pathlib import Path

ROOT = Path(__file__).parents[2]


def load(path):
    """Return the module in ``path``, given from the top of the repository.

    Its folder stands for a package, so that rules may import their neighbours.
    """
    folder, _slash, name = path.removesuffix(".py").rpartition("/")
    package = folder.replace("/", "_")
    if package not in sys.modules:
        sys.modules[package] = types.ModuleType(package)
        sys.modules[package].__path__ = [str(ROOT / folder)]
    return importlib.import_module(f"{package}.{name}")
