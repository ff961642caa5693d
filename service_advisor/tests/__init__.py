from . import (
    test_damage,
    test_flow,
    test_inspection,
    test_portal,
    test_reception,
    test_tools,
    test_tours,
    test_traps,
    test_walkin,
)
