"""The lanes of ./dev test share one queue: a class of tests is run by the lane that comes first.

Each lane goes through all the tests, on a database of its own. A file in the folder that the
environment names says that a class was begun, so no lane waits long for the other in the end,
however fast either of them goes. Imported by Odoo and by pytest (``-p tools.lanes``) as well.
"""
import os
from pathlib import Path

VARIABLE = "SERVICE_ADVISOR_LANES"
_mine: dict[str, bool] = {}


def claim(name):
    """Whether the class of tests called `name` is this process's to run."""
    if name not in _mine:
        try:
            Path(os.environ[VARIABLE], name.replace("/", ".")).touch(exist_ok=False)
        except FileExistsError:
            _mine[name] = False
        else:
            _mine[name] = True
    return _mine[name]


def pytest_runtestloop(session):
    """Run, of what pytest has collected, the classes that no other lane has begun."""
    if session.testsfailed or VARIABLE not in os.environ:
        return None  # pytest says which file it could not read
    items = (item for item in session.items if claim(item.nodeid.rpartition("::")[0]))
    item = next(items, None)
    while item:
        following = next(items, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        item = following
    return True
