from . import service_independence_wizard
from . import service_comeback_wizard
from . import service_improvement_wizard
from . import service_quality_report_wizard
from . import service_complaint_discard_wizard
from . import account_move_reversal
from . import service_complaint_answer_wizard
from . import service_complaint_step_wizard
