from . import test_flow, test_tools, test_traps
