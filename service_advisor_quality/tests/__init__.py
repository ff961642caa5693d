from . import test_complaint
from . import test_complaint_handling, test_complaint_tours, test_portal_complaint_question
from . import test_final_inspection, test_tours
from . import test_followup, test_followup_tours, test_survey, test_survey_summary
