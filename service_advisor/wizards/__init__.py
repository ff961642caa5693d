from . import service_approval_wizard
from . import service_checkin_correction_wizard
from . import service_claim_answer_wizard
from . import service_handover_wizard
from . import service_monthly_invoice_wizard
from . import service_walkin_wizard
from . import service_suggestion_wizard
from . import service_odometer_wizard
