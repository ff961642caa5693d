from . import test_final_inspection, test_process_check, test_sampling, test_tours
from . import (
    test_comeback,
    test_final_inspection,
    test_improvement,
    test_quality_report,
    test_tours,
)
from . import test_complaint
from . import test_complaint_alert
from . import test_complaint_mail
from . import test_complaint_portal
from . import test_complaint_intake_tours
from . import test_complaint_handling, test_complaint_tours, test_portal_complaint_question
from . import test_final_inspection, test_tours
from . import test_review
from . import test_survey
from . import test_followup, test_followup_tours, test_survey, test_survey_summary
