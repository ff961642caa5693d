import csv
from pathlib import Path

from odoo.tests import TransactionCase, new_test_user, tagged

OURS = "service_advisor"
TABLE = Path(__file__).with_name("access_table.csv")
# create, read, write, unlink
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
ROLES = {
    "reception": "service_advisor.group_reception",
    "advisor": "service_advisor.group_advisor",
    "manager": "service_advisor.group_manager",
    "technician": "service_advisor.group_technician",
    "technical lead": "service_advisor.group_technical",
    "inspector": "service_advisor_quality.group_inspector",
    "warehouse": "service_advisor.group_seat,stock.group_stock_user",
    "accountant": "service_advisor.group_seat,account.group_account_invoice",
    "marketing": "service_advisor_quality.group_survey_results",
    "sales": "sales_team.group_sale_salesman,service_advisor.group_sales_seat",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
# People who are none of the service department's may change nothing of it.
OUTSIDERS = ("marketing", "sales", "employee", "portal", "public")
# A complaint's task is given to a department of the house, whose people do their own by rule;
# whoever may read survey results asks for their summary in a dialog; people of other departments
# ask for reports of their own, which are made with their own rights.
SHARED = {
    "service.complaint.task": "rw-",
    "service.report.job": "crwu-",
    "service.survey.summary.wizard": "crwu-",
}


@tagged("post_install", "-at_install")
class TestAccessTable(TransactionCase):
    """Every model of ours × every role × create, read, write, unlink, against a table that is
    read and reviewed like code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, login=f"role {role}", groups=groups)
            for role, groups in ROLES.items()
        }
        with TABLE.open(encoding="utf-8", newline="") as file:
            cls.table = {row.pop("model"): row for row in csv.DictReader(file)}

    def _our_models(self):
        return sorted(
            name
            for name, model in self.env.registry.items()
            if not model._abstract and (model._original_module or "").startswith(OURS)
        )

    def _rights(self, model, role):
        """Return the letters of what a role may do with a model, "-" for nothing."""
        records = self.env[model].with_user(self.users[role])
        letters = [x for x, operation in OPERATIONS.items() if records.has_access(operation)]
        return "".join(letters) or "-"

    def test_every_model_and_role(self):
        """R5.3: nobody has another right than the table says; a model without a row fails."""
        found = {
            model: {role: self._rights(model, role) for role in ROLES}
            for model in self._our_models()
        }
        self.assertEqual(sorted(self.table), list(found), "models with a row and our models")
        for model, rights in found.items():
            with self.subTest(model=model):
                self.assertEqual(rights, self.table[model])

    def test_outsiders_change_nothing(self):
        """R5.3: whatever the table says, people of other departments and customers write, create
        and delete nothing of the service department."""
        for model, rights in self.table.items():
            for role in OUTSIDERS:
                with self.subTest(model=model, role=role):
                    is_guest = role in ("portal", "public")
                    allowed = "r-" if is_guest else SHARED.get(model, "r-")
                    self.assertLessEqual(set(rights[role]), set(allowed))
