from . import service_survey_summary_wizard
from . import account_move_reversal
from . import service_complaint_answer_wizard
from . import service_complaint_step_wizard
