from . import test_complaint
from . import test_complaint_handling, test_complaint_tours, test_portal_complaint_question
from . import test_complaint_alert
from . import test_complaint_mail
from . import test_complaint_portal
from . import test_complaint_intake_tours
from . import test_final_inspection, test_tours
