from . import service_duplicate_dismiss_wizard
