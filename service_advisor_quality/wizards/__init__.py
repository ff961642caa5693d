from . import service_complaint_discard_wizard
