from . import (
    test_flow,
    test_inspection,
    test_order_size,
    test_need,
    test_portal,
    test_portal_proposal,
    test_proposal,
    test_reception,
    test_suggestion,
    test_tools,
    test_tours,
    test_traps,
)
