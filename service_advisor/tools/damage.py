"""Where on the car a point of the walk-round picture lies.

The picture (``static/src/img/car_unfolded.svg``) shows the car unfolded, its front to the left:
the right side above, the left side below, and the front, the roof and the rear between them.
"""

# (place, left, top, right, bottom) in percent of the picture; the first that holds the point.
_BOXES = (
    ("wheels", 27, 0, 36.5, 12),
    ("wheels", 63.5, 0, 73, 12),
    ("wheels", 27, 88, 36.5, 100),
    ("wheels", 63.5, 88, 73, 100),
    ("glass", 37, 21.8, 71.5, 30.5),
    ("glass", 37, 69.5, 71.5, 78.2),
    ("glass", 36.5, 37, 44, 63),
    ("glass", 66.5, 37, 73, 63),
    ("right", 0, 0, 100, 33),
    ("left", 0, 67, 100, 100),
    ("front", 0, 33, 36.5, 67),
    ("rear", 73, 33, 100, 67),
)


def place_at(x, y):
    """Return the place of the point ``x``, ``y`` (percent of the picture); it has always one."""
    for place, left, top, right, bottom in _BOXES:
        if left <= x <= right and top <= y <= bottom:
            return place
    return "roof"
