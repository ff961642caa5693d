from . import service_data_dismiss_wizard
