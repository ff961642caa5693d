from . import portal
from . import portal_proposal
from . import workshop
from . import portal_progress
from . import privacy
from . import portal_privacy
