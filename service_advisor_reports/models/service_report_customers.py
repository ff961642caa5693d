from odoo import api, models
from odoo.tools import SQL

from ..tools.svg import bars, columns
from ..tools.workbook import Column
from .service_report_kind import MANAGER

ADVISOR = "service_advisor.group_advisor"
SALES = "service_advisor.group_sales_seat"
EXPORT = "base.group_allow_export"
# More cars than these are not written while somebody waits.
SMALL = 3000
# So many rows are asked of the database at once.
CHUNK = 2000
# Who has not come for so many months is a lost customer.
LOST_MONTHS = 12
# Of the models and branches, so many stand in the document; the workbook has all.
SHOWN = 12


class ServiceReportCustomers(models.AbstractModel):
    """The customer database report: each car with its owner, and what they are like as a whole.

    Managers, and advisors who may export, get names; people of the sales seat who may export get
    what they see of customers elsewhere: masked, unless the customer agrees.
    """

    _name = "service.report.customers"
    _inherit = "service.report.kind"
    _description = "Customer Database Report"

    _keep_days = 7
    _is_personal = True

    @api.model
    def _may_make(self, user):
        may_export = user.has_group(EXPORT)
        return user.has_group(MANAGER) or (
            may_export and (user.has_group(ADVISOR) or user.has_group(SALES))
        )

    @api.model
    def _is_masked(self, user):
        """Return whether ``user`` gets names, phones and plates masked."""
        return not user.has_group(ADVISOR)

    @api.model
    def _is_small(self, job):
        return self._count_cars(job) <= SMALL

    @api.model
    def _count_cars(self, job):
        # Whoever waits is asked to, or not: how many there are is told to nobody.
        cars = self.env["service.vehicle"].sudo()
        return cars.search_count([("company_id", "=", job.company_id.id)], limit=SMALL + 1)

    # ---- figures --------------------------------------------------------------------------

    @api.model
    def _collect(self, job):
        """Return ``{"total": row, "model": [row], "age", "branch", "score", "absence", "month"}``
        in two queries; a row is a dict of ``label, cars, owners, came, lost, never, spent,
        score``."""
        found = {"total": None, "model": [], "age": [], "branch": [], "score": [], "absence": []}
        for which, key, *figures in self.env.execute_query(self._get_summary_query(job)):
            row = dict(
                zip(("cars", "owners", "came", "lost", "never", "spent", "score", "reachable"),
                    figures, strict=True),
                key=key,
            )
            if which == "total":
                found["total"] = row
            else:
                found[which].append(row)
        self._name_rows(found)
        found["month"] = self._count_months(job)
        return found

    @api.model
    def _name_rows(self, found):
        models_, branches = self._get_model_names(), self._get_branch_names()
        for row in found["model"]:
            row["label"] = models_.get(int(row["key"]), self.env._("Model not known"))
        for row in found["branch"]:
            row["label"] = branches.get(int(row["key"]), self.env._("Never came"))
        for which, labels in self._get_buckets().items():
            known = {row["key"]: row for row in found[which]}
            found[which] = [
                dict(known.get(key) or dict.fromkeys(
                    ("cars", "owners", "came", "lost", "never", "spent", "reachable"), 0
                ) | {"score": None}, key=key, label=label)
                for key, label in labels.items()
            ]
        for which in ("model", "branch"):
            found[which].sort(key=lambda row: (-row["cars"], row["label"]))

    @api.model
    def _get_buckets(self):
        """Return ``{figure: {key: label}}`` of the classes of age, score and absence."""
        return {
            "age": {
                "0": self.env._("up to 2 years"),
                "1": self.env._("3 to 5 years"),
                "2": self.env._("6 to 8 years"),
                "3": self.env._("9 to 11 years"),
                "4": self.env._("12 years and more"),
                "9": self.env._("not known"),
            },
            "score": {
                "0": self.env._("below 50"),
                "1": self.env._("50 to 69"),
                "2": self.env._("70 to 89"),
                "3": self.env._("90 to 99"),
                "4": self.env._("100"),
                "9": self.env._("not scored"),
            },
            "absence": {
                "0": self.env._("up to 3 months"),
                "1": self.env._("4 to 6 months"),
                "2": self.env._("7 to 12 months"),
                "3": self.env._("13 to 18 months"),
                "4": self.env._("19 to 24 months"),
                "5": self.env._("over 24 months"),
                "9": self.env._("never came"),
            },
        }

    @api.model
    def _get_model_names(self):
        """Return ``{id: make and model}``."""
        found = self.env["fleet.vehicle.model"].sudo().search_fetch(  # names of a catalogue
            [("active", "in", (True, False))], ["name", "brand_id"]
        )
        return {model.id: model.display_name for model in found}

    @api.model
    def _get_branch_names(self):
        branches = self.env["stock.warehouse"].sudo()  # names of branches are no secret
        return {branch.id: branch.name for branch in branches.with_context(
            active_test=False).search_fetch([], ["name"])}

    @api.model
    def _get_advisor_names(self):
        users = self.env["res.users"].sudo()  # names of colleagues are no secret
        return {user.id: user.name for user in users.with_context(
            active_test=False).search_fetch([("share", "=", False)], ["name"])}

    # ---- in words -------------------------------------------------------------------------

    @api.model
    def _share(self, part, whole):
        return part / whole if whole else None

    @api.model
    def _get_figures(self, job, facts):
        total = facts["total"]
        share = self._share
        lost = share(total["lost"], total["cars"] - total["never"])
        return [
            (self.env._("Cars"), "integer", total["cars"],
             self.env._("of %s owners", total["owners"]), False),
            (self.env._("Came in the period"), "percent", share(total["came"], total["cars"]),
             self.env._("%(part)s of %(whole)s cars", part=total["came"], whole=total["cars"]),
             False),
            (self.env._("Lost customers"), "percent", lost,
             self.env._("%(part)s of %(whole)s cars that ever came; last visit more than "
                        "%(months)s months ago", part=total["lost"],
                        whole=total["cars"] - total["never"], months=LOST_MONTHS),
             bool(lost and lost > 0.25)),
            (self.env._("Data score"), "integer", total["score"],
             self.env._("mean of the scored cars; 100: nothing is missing"),
             total["score"] is not None and total["score"] < 80),
        ]

    @api.model
    def _get_findings(self, job, facts):
        total = facts["total"]
        if not total["cars"]:
            return [self.env._("No car is known in this company yet.")]
        known = [row for row in facts["model"] if row["key"] != "0"]
        found = []
        if known:
            top = known[0]
            found.append(self.env._(
                "%(model)s is the most frequent model: %(cars)s cars, %(share)s of all.",
                model=top["label"], cars=top["cars"],
                share=self._show("percent", top["cars"] / total["cars"], job)))
        if total["lost"]:
            worst = max((row for row in known if row["lost"]),
                        key=lambda row: (row["lost"], row["label"]), default=None)
            found.append(self.env._(
                "Cars that have not come for more than %(months)s months: %(lost)s.",
                lost=total["lost"], months=LOST_MONTHS))
            if worst and worst["lost"] * 4 >= total["lost"]:
                found.append(self.env._(
                    "The most frequent model among them is %(model)s (%(lost)s): call these owners "
                    "first.",
                    lost=worst["lost"], model=worst["label"]))
        if total["never"]:
            found.append(self.env._(
                "Cars that are in the database and never came: %s.", total["never"]))
        if total["reachable"] < total["cars"]:
            found.append(self.env._(
                "%(share)s of the cars have an owner with a phone number.",
                share=self._show("percent", total["reachable"] / total["cars"], job)))
        return found

    @api.model
    def _get_sections(self, job, facts):
        total = facts["total"]
        if not total["cars"]:
            return []

        def integer(value):
            return self._show("integer", value, job)

        return [
            self._get_section(
                job, facts["model"], self.env._("Model"), self.env._("Which cars they are"),
                bars([(row["label"], row["cars"]) for row in facts["model"][:SHOWN]],
                     shown=integer)),
            self._get_section(
                job, facts["age"], self.env._("Age of the car"), self.env._("How old they are"),
                columns([(row["label"], row["cars"]) for row in facts["age"]], integer)),
            self._get_section(
                job, facts["absence"], self.env._("Since the last visit"),
                self.env._("When they were here last"),
                columns([(row["label"], row["cars"]) for row in facts["absence"]], integer,
                        marked={row["label"] for row in facts["absence"]
                                if row["key"] in ("3", "4", "5")})),
            self._get_section(
                job, facts["branch"], self.env._("Branch"), self.env._("Where they come to"),
                bars([(row["label"], row["cars"]) for row in facts["branch"][:SHOWN]],
                     shown=integer)),
            self._get_section(
                job, facts["score"], self.env._("Data score"),
                self.env._("How complete and right their data are"),
                columns([(row["label"], row["cars"]) for row in facts["score"]], integer,
                        marked={row["label"] for row in facts["score"]
                                if row["key"] in ("0", "1")})),
            {
                "title": self._say(self.env._("When they come: visits by month"),
                                   facts["month"]),
                "chart": columns(facts["month"], integer),
                "note": self.env._("The last 12 months until the end of the period."),
            },
        ]

    @api.model
    def _get_section(self, job, rows, first, title, chart):
        shown = [row for row in rows if row["cars"]][:SHOWN]
        section = {
            "title": self._say(title, [(row["label"], row["cars"]) for row in rows]),
            "chart": chart,
            "heads": [first, *(column.label for column in self._get_group_columns(first)[1:])],
            "right": range(1, 7),
            "rows": [
                [row["label"], *(
                    self._show(column.kind, row[name], job)
                    for column, name in zip(
                        self._get_group_columns(first)[1:],
                        ("cars", "owners", "came", "lost", "spent", "score"), strict=True)
                )]
                for row in shown
            ],
        }
        if len(rows) > len(shown) and len(shown) == SHOWN:
            section["note"] = self.env._(
                "The %(shown)s most frequent of %(all)s; the workbook has all of them.",
                shown=SHOWN, all=len(rows))
        return section

    @api.model
    def _get_group_columns(self, first):
        """Return the columns of the summaries by model, age and so on."""
        return [
            Column(first, width=30),
            Column(self.env._("Cars"), "integer", meaning=self.env._(
                "Cars of the company that are not archived.")),
            Column(self.env._("Owners"), "integer", meaning=self.env._(
                "Different owners of these cars.")),
            Column(self.env._("Came"), "integer", meaning=self.env._(
                "Cars that were taken in at least once in the period.")),
            Column(self.env._("Lost cars"), "integer", meaning=self.env._(
                "Cars that came before, the last time more than %s months before the end of the "
                "period.", LOST_MONTHS)),
            Column(self.env._("Spent"), "money", meaning=self.env._(
                "What customers agreed to pay for visits in the period, taxes included, at the "
                "rate of the estimate. Warranty and other payers do not count.")),
            Column(self.env._("Mean score"), "integer", meaning=self.env._(
                "Mean of the data scores; cars without one do not count.")),
        ]

    @api.model
    def _get_meanings(self, job):
        return [
            (self.env._("Base"), self.env._(
                "All cars of the company that are not archived, as the database was when the "
                "report was made; of a branch: those whose last visit was there. Visits are "
                "orders with a check-in that were not cancelled, by the clock of the shop.")),
            (self.env._("Period"), self.env._(
                "Visits and money count from the first to the last day. Absence, age and lost "
                "customers are reckoned on the last day.")),
            (self.env._("Lost customers"), self.env._(
                "Cars whose last visit is more than %s months ago ÷ cars that ever came. Cars "
                "that never came are no lost customers.", LOST_MONTHS)),
            (self.env._("Personal data"), self.env._(
                "Phone and e-mail are left out where the customer refused calls with offers or "
                "withdrew the consent. People of the sales seat see names, phones, e-mails and "
                "plates masked, unless the customer agreed.")),
        ]

    @api.model
    def _count_months(self, job):
        """Return ``[(month, visits)]`` of the twelve months until the end of the period."""
        query = self._get_month_query(job)
        return [(month, count) for month, count in self.env.execute_query(query)]

    @api.model
    def _read_chunks(self, query):
        """Yield the rows of ``query`` in lists, from a cursor that the database keeps."""
        cr = self.env.cr
        # All rows are read: the plan that gives the first ones soonest is no help.
        cr.execute("SET LOCAL cursor_tuple_fraction = 1")
        cr.execute(SQL("DECLARE service_report_rows NO SCROLL CURSOR FOR %s", query))
        fetch = SQL("FETCH FORWARD %s FROM service_report_rows", CHUNK)
        while True:
            cr.execute(fetch)  # loop: so many rows at once as memory holds
            chunk = cr.fetchall()
            if not chunk:
                break
            yield chunk
        cr.execute("CLOSE service_report_rows")
