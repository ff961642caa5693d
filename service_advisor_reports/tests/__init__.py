from . import test_order_report, test_wip_report
