from . import account_move_reversal
from . import service_complaint_answer_wizard
from . import service_complaint_step_wizard
from . import service_complaint_discard_wizard
