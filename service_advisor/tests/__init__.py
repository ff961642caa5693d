from . import (
    test_flow,
    test_inspection,
    test_need,
    test_need_tours,
    test_portal,
    test_reception,
    test_suggestion,
    test_tools,
    test_tours,
    test_traps,
)
