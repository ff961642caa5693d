from . import portal
from . import portal_my_data
from . import portal_proposal
from . import workshop
from . import portal_progress
from . import privacy
from . import portal_privacy
from . import portal_vehicle
