from . import test_complaint
from . import test_final_inspection, test_tours
from . import test_survey
