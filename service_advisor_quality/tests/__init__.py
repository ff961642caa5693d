from . import test_complaint
from . import test_final_inspection, test_tours
from . import test_followup, test_followup_tours, test_survey, test_survey_summary
