from . import service_checklist
from . import service_inspection
from . import service_inspection_line
from . import service_job
from . import service_order
from . import service_order_review
