from . import test_final_inspection, test_process_check, test_sampling, test_tours
from . import (
    test_comeback,
    test_final_inspection,
    test_improvement,
    test_quality_report,
    test_tours,
)
from . import test_final_inspection, test_tours
from . import test_review
