from . import test_flow, test_portal, test_tools, test_traps
