from . import service_kpi_generate_wizard
from . import service_kpi_reopen_wizard
from . import service_data_dismiss_wizard
from . import service_duplicate_dismiss_wizard
from . import service_lead_drop_wizard
