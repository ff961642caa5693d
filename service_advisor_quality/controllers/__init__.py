from . import portal_complaint_question
from . import portal_complaint
