from . import digest_digest
from . import service_order_report
from . import service_part_report
