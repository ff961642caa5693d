from . import digest_digest
from . import service_order_report
