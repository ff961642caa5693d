from . import service_lead_drop_wizard
