from . import survey
from . import portal_complaint_question
