from . import test_complaint
from . import test_complaint_handling
from . import test_final_inspection, test_tours
