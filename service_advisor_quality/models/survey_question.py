from odoo import fields, models

# What the service department asks about; each is a score of 1 to 5 but for the last two.
TOPICS = [
    ("overall", "All in All"),
    ("advisor", "Service Advisor"),
    ("quality", "Quality of the Work"),
    ("price", "Price"),
    ("time", "Time Kept"),
    ("cleanliness", "Cleanliness"),
    ("recommend", "Recommendation (0-10)"),
    ("words", "Customer's Words"),
]
SCORED = ("overall", "advisor", "quality", "price", "time", "cleanliness")


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    service_topic = fields.Selection(
        TOPICS,
        help="What an answer counts for in the satisfaction of service customers. Questions "
        "without a topic are kept with the answer and not counted.",
    )
