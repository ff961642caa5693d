from . import portal_complaint_question
