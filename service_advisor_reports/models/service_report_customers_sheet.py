from odoo import api, models
from odoo.tools import SQL

from ..tools.workbook import Column


class ServiceReportCustomers(models.AbstractModel):
    """The workbook of the customer database report: all cars, and the summaries with charts."""

    _inherit = "service.report.customers"

    @api.model
    def _write_sheets(self, book, job, facts, on_rows):
        tables, charts = [], []
        for name, label, first, title, kind in (
            ("model", self.env._("By model"), self.env._("Model"),
             self.env._("Cars by model"), "bar"),
            ("age", self.env._("By age"), self.env._("Age of the car"),
             self.env._("Cars by age"), "column"),
            ("absence", self.env._("By last visit"), self.env._("Since the last visit"),
             self.env._("Cars by time since the last visit"), "column"),
            ("branch", self.env._("By branch"), self.env._("Branch"),
             self.env._("Cars by branch"), "bar"),
            ("score", self.env._("By data score"), self.env._("Data score"),
             self.env._("Cars by data score"), "column"),
        ):
            table = book.write_table(
                label,
                self._get_group_columns(first),
                [[self._get_group_row(row) for row in facts[name]]],
                none=self.env._("no data"),
            )
            tables.append(table)
            charts.append((kind, title, table, [1]))
        months = book.write_table(
            self.env._("By month"), self._get_month_columns(), [facts["month"]]
        )
        charts.append(("line", self.env._("Visits by month"), months, [1]))
        # Last of all: the rows are forgotten as they are written.
        chosen = self._get_columns(job)
        cars = book.write_table(
            self.env._("Cars"),
            [column for column, _sql in chosen],
            self._read_chunks(self._get_row_query(job)),
            is_big=True,
            on_rows=on_rows,
        )
        return [cars, *tables, months], charts

    @api.model
    def _get_group_row(self, row):
        names = ("label", "cars", "owners", "came", "lost", "spent", "score")
        return [row[name] for name in names]

    @api.model
    def _get_month_columns(self):
        return [
            Column(self.env._("Month")),
            Column(self.env._("Visits"), "integer", meaning=self.env._(
                "Orders with a check-in in the month that were not cancelled.")),
        ]

    @api.model
    def _get_columns(self, job):
        """Hook: return ``[(Column, SQL)]`` of the sheet with all cars, see :meth:`_get_from` for
        the tables. Whoever sees customers masked gets the masked columns only."""
        return [
            *self._get_car_columns(job),
            *self._get_owner_columns(),
            *self._get_visit_columns(job),
        ]

    @api.model
    def _get_car_columns(self, job):
        masked = self._is_masked(self.env.user)
        cut = self.env["service.vehicle.sales"]._get_masked_columns()
        energies = dict(
            self.env["service.vehicle"]._fields["energy"]._description_selection(self.env)
        )
        found = [
            (Column(self.env._("Plate"), width=14, meaning=self._get_mask_words(masked)),
             cut["plate"] if masked else SQL("car.plate")),
        ]
        if not masked:
            found.append((Column(self.env._("VIN"), width=20), SQL("car.vin")))
        return found + [
            (Column(self.env._("Model"), width=28, labels=self._get_model_names()),
             SQL("car.model_id")),
            (Column(self.env._("Model year"), width=10), SQL("car.model_year")),
            (Column(self.env._("Energy"), width=14, labels=energies), SQL("car.energy")),
            (Column(self.env._("Age (years)"), "integer", meaning=self.env._(
                "On the last day of the period, since the first registration; where that is not "
                "known, since the delivery, the invoice or the beginning of the model year.")),
             self._get_age(job)),
            (Column(self.env._("Odometer (km)"), "integer", meaning=self.env._(
                "The latest reading that holds.")), SQL("NULLIF(car.odometer, 0)")),
        ]

    @api.model
    def _get_mask_words(self, masked):
        if masked:
            return self.env._(
                "The beginning only, unless the customer agreed that sales gets in touch.")
        return ""

    @api.model
    def _get_owner_columns(self):
        masked = self._is_masked(self.env.user)
        cut = self.env["service.vehicle.sales"]._get_masked_columns()
        answers = {
            "given": self.env._("Given"),
            "refused": self.env._("Refused"),
            "withdrawn": self.env._("Withdrawn"),
            "expired": self.env._("Expired"),
        }
        # Whoever does not want to be called is not called by mistake.
        refused = SQL("offers.state IN ('refused', 'withdrawn')")
        contact = self.env._("Left out where the customer refused calls with offers.")
        words = self._get_mask_words(masked)
        found = [
            (Column(self.env._("Owner"), width=26, meaning=words),
             cut["owner_name"] if masked else SQL("owner.name")),
        ]
        for label, name, width in (
            (self.env._("Phone"), "phone", 20), (self.env._("E-mail"), "email", 28)
        ):
            value = cut[f"owner_{name}"] if masked else SQL("owner.%s", SQL.identifier(name))
            found.append(
                (Column(label, width=width, meaning=f"{contact} {words}".strip()),
                 SQL("CASE WHEN %s THEN NULL ELSE %s END", refused, value))
            )
        if not masked:
            found.append((Column(self.env._("City"), width=16), SQL("owner.city")))
        return found + [
            (Column(self.env._("Calls with offers"), width=13, labels=answers,
                    meaning=self.env._("The customer's newest answer; empty: never asked.")),
             SQL("offers.state")),
            (Column(self.env._("Contact by sales"), width=13, labels=answers,
                    meaning=self.env._("The customer's newest answer; empty: never asked.")),
             SQL("to_sales.state")),
        ]

    @api.model
    def _get_visit_columns(self, job):
        def day(column):
            return self._get_local_day(job, SQL.identifier("visit", column))

        return [
            (Column(self.env._("First visit"), "day"), day("first_at")),
            (Column(self.env._("Last visit"), "day", meaning=self.env._(
                "When the car left last, or was taken in where it has not left.")),
             day("last_at")),
            (Column(self.env._("Months since"), "integer", meaning=self.env._(
                "Full months from the last visit to the last day of the period.")),
             self._get_absence(job)),
            (Column(self.env._("Visits"), "integer", meaning=self.env._(
                "Until the last day of the period.")), SQL("visit.visits")),
            (Column(self.env._("Visits in the period"), "integer"), SQL("visit.came")),
            (Column(self.env._("Spent in the period"), "money", meaning=self.env._(
                "What the customer agreed to pay for visits in the period, taxes included.")),
             SQL("spent.total")),
            (Column(self.env._("Next due"), "day", meaning=self.env._(
                "The earliest of the next call, the inspection and the insurance.")),
             SQL("LEAST(call.due_on, car.inspection_due, car.insurance_until)")),
            (Column(self.env._("Data score"), "integer", meaning=self.env._(
                "100: nothing is missing and nothing is wrong; empty: not scored yet.")),
             SQL("CASE WHEN car.data_scored_at IS NOT NULL THEN car.data_score END")),
            (Column(self.env._("Branch"), width=22, labels=self._get_branch_names(),
                    meaning=self.env._("Of the last visit.")), SQL("visit.warehouse_id")),
            (Column(self.env._("Service advisor"), width=22, labels=self._get_advisor_names(),
                    meaning=self.env._("Of the last visit.")), SQL("visit.advisor_id")),
        ]
