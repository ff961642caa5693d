from . import (
    test_flow,
    test_inspection,
    test_portal,
    test_reception,
    test_tools,
    test_tours,
    test_traps,
    test_vehicle,
    test_vehicle_history,
    test_vehicle_texts,
)
