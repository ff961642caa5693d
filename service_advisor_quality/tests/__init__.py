from . import (
    test_comeback,
    test_final_inspection,
    test_improvement,
    test_quality_report,
    test_tours,
)
