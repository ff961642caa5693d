from . import portal_complaint
from . import portal_complaint_question
from . import survey
