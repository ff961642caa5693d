from . import digest_digest
from . import sale_order_line
from . import service_order_report
from . import service_part_report
from . import service_wip_report
