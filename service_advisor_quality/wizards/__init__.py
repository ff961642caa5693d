from . import service_survey_summary_wizard
