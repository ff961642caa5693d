from . import test_order_report
from . import test_part_report
from . import test_wip_report
from . import test_digest
from . import test_lead
