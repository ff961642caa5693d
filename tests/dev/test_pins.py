"""The pins are installed without resolving, so they must be complete."""
import re
import subprocess
import sys

from tools.venv import REQUIREMENTS


def test_every_requirement_is_pinned():
    for path in REQUIREMENTS:
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                assert re.match(r"[\w.-]+==[\w.]+( ; .+)?$", line), f"{path.name}: {line}"


def test_the_environment_is_complete():
    result = subprocess.run([sys.executable, "-m", "pip", "check"], text=True,
                            capture_output=True, check=False)
    assert result.returncode == 0, result.stdout
