from . import service_independence_wizard
