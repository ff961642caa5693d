"""The rules without records, imported by path: neither Odoo nor a database is needed."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def load(path):
    """Return the module in ``path``, given from the top of the repository.

    Its folder stands for its package, so that it may import its neighbours.
    """
    file = ROOT / path
    package = file.parent.relative_to(ROOT).as_posix().replace("/", "_")
    if package not in sys.modules:
        sys.modules[package] = ModuleType(package)
        sys.modules[package].__path__ = [str(file.parent)]
    return importlib.import_module(f"{package}.{file.stem}")
