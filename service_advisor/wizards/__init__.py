from . import service_approval_wizard
from . import service_handover_wizard
from . import service_odometer_wizard
