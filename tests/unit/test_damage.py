import pytest
from hypothesis import given
from hypothesis import strategies as st

from .modules import load

damage = load("service_advisor/tools/damage.py")

PERCENT = st.floats(0, 100, allow_nan=False)


@given(PERCENT, PERCENT)
def test_every_point_has_a_place(x, y):
    """R1.2: wherever the picture is tapped, the damage has a place."""
    assert damage.place_at(x, y) in {"front", "rear", "left", "right", "roof", "glass", "wheels"}


@given(PERCENT, st.floats(0, 32))
def test_the_sides_mirror_each_other(x, y):
    """R1.2: what is the right side above is the left side below."""
    mirrored = {"right": "left"}.get(damage.place_at(x, y), damage.place_at(x, y))
    assert damage.place_at(x, 100 - y) == mirrored


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [
        (50, 50, "roof"), (8, 50, "front"), (25, 50, "front"), (92, 50, "rear"), (76, 50, "rear"),
        (41, 50, "glass"), (69, 50, "glass"), (50, 75, "glass"), (50, 25, "glass"),
        (31.7, 92, "wheels"), (68.3, 8, "wheels"), (50, 85, "left"), (50, 14, "right"),
    ],
)
def test_parts_of_the_picture(x, y, place):
    """R1.2: the parts of the car lie where the picture shows them."""
    assert damage.place_at(x, y) == place
