from . import portal
from . import portal_proposal
from . import workshop
