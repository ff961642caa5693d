"""How the lanes of ./dev test share the tests: a class runs once, in the lane that comes first."""
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from textwrap import dedent

from tools import lanes
from tools.paths import ROOT

CLASSES = [f"{letter}.Test{number}" for letter in "ab" for number in range(3)]


def pytest_lanes(folder, queue, number):
    """Let `number` lanes run the tests of `folder` at the same time; return their tests."""
    (folder / "queue").mkdir(exist_ok=True)
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **queue}
    runs = [subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p",
         "tools.lanes", f"--junitxml={folder / str(lane)}.xml", "--rootdir", folder, folder],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for lane in range(number)]
    outputs = [run.communicate()[0] for run in runs]
    cases = [[f"{case.get('classname')}.{case.get('name')}".partition("test_")[2]
              for case in ElementTree.parse(folder / f"{lane}.xml").getroot().iter("testcase")]
             for lane in range(number)]
    return [run.returncode for run in runs], cases, outputs


def plant(folder):
    """Write two files of three classes, each of which says when its turn begins and ends."""
    for letter in "ab":
        (folder / f"test_{letter}.py").write_text("import time, unittest\n" + "".join(dedent(f"""
            class Test{number}(unittest.TestCase):
                turns = []
                @classmethod
                def setUpClass(cls):
                    cls.turns.append("begun")
                    cls.addClassCleanup(cls.turns.clear)
                def test_one(self):
                    time.sleep(0.2)
                    self.assertEqual(self.turns, ["begun"])
                def test_two(self):
                    self.assertEqual(self.turns, ["begun"])
            """) for number in range(3)))


def test_one_lane_gets_a_class(tmp_path, monkeypatch):
    monkeypatch.setenv(lanes.VARIABLE, str(tmp_path))
    got = []
    for _lane in range(2):
        monkeypatch.setattr(lanes, "_mine", {})
        # asked once for each test of the class, it says the same
        got.append([name for name in CLASSES if lanes.claim(name) and lanes.claim(name)])
    assert got == [CLASSES, []]


def test_every_test_runs_once(tmp_path):
    plant(tmp_path)
    codes, cases, outputs = pytest_lanes(
        tmp_path, {lanes.VARIABLE: str(tmp_path / "queue")}, 2)
    assert codes == [0, 0], outputs
    expected = [f"{name}.test_{test}" for name in CLASSES for test in ("one", "two")]
    assert sorted(cases[0] + cases[1]) == expected
    for lane in cases:
        assert len({name.rpartition(".")[0] for name in lane}) * 2 == len(lane), "whole classes"


def test_alone_everything_runs(tmp_path):
    plant(tmp_path)
    codes, [cases], outputs = pytest_lanes(tmp_path, {}, 1)
    assert codes == [0], outputs
    assert len(cases) == 2 * len(CLASSES)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    plant(tmp_path)
    (tmp_path / "test_c.py").write_text("import nothing_of_this_name\n")
    [code], _cases, [output] = pytest_lanes(
        tmp_path, {lanes.VARIABLE: str(tmp_path / "queue")}, 1)
    assert code == 2
    assert "nothing_of_this_name" in output
