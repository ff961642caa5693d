import base64
from itertools import islice

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..tools.import_columns import TARGETS, guess_targets
from ..tools.import_file import UnreadableFile, cell_text, open_table, write_csv

SAMPLES = 3
# A file of so many rows is checked and taken in while the manager waits.
SMALL = 1000
STARTABLE = ("draft", "stopped")


class ServiceImport(models.Model):
    """Customers, cars and earlier visits out of a table of another system.

    The file is kept with what became of it. A scheduled action takes its rows in, see
    ``service_import_run.py``; what is there already is found again and not doubled.
    """

    _name = "service.import"
    _description = "Import from Another System"
    _inherit = ["service.kept.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _kept_fields = frozenset(
        {
            "state",
            "row_count",
            "done_rows",
            "car_count",
            "filled_count",
            "customer_count",
            "visit_count",
            "known_count",
            "refused_count",
            "is_checked",
            "started_at",
            "finished_at",
            "stop_reason",
            "attempts",
        }
    )

    name = fields.Char("File Name", help="As it was uploaded.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    source = fields.Char(
        "Comes From", help="The system that wrote the file; shown at each earlier visit."
    )
    file = fields.Binary(required=True, attachment=True, help="CSV or XLSX, headers in row 1.")
    encoding = fields.Selection(
        [
            ("utf-8", "UTF-8"),
            ("gb18030", "GBK or GB18030"),
            ("cp1252", "Western European"),
            ("utf-16", "UTF-16"),
        ],
        help="Of a CSV. Leave it empty, unless names look wrong below.",
    )
    day_first = fields.Boolean(
        "Day before Month",
        default=lambda self: self._get_lang_style()[0],
        help="03/04/2025 is the third of April. Dates that begin with the year need no hint.",
    )
    decimal_comma = fields.Boolean(
        default=lambda self: self._get_lang_style()[1], help="1.234,50 and not 1,234.50."
    )
    column_ids = fields.One2many(
        "service.import.column",
        "import_id",
        "Columns",
        compute="_compute_column_ids",
        store=True,
        readonly=False,
    )
    row_ids = fields.One2many("service.import.row", "import_id", "Refused Rows")
    refused_file = fields.Binary(compute="_compute_refused_file")
    state = fields.Selection(
        [
            ("draft", "To Start"),
            ("checking", "Being Checked"),
            ("running", "Importing"),
            ("stopped", "Stopped"),
            ("done", "Done"),
        ],
        default="draft",
        required=True,
        index=True,
        copy=False,
    )
    row_count = fields.Integer("Rows", copy=False)
    done_rows = fields.Integer("Rows Read", copy=False)
    progress = fields.Float(compute="_compute_progress", help="Percent of the rows.")
    car_count = fields.Integer("New Vehicles", copy=False)
    filled_count = fields.Integer(
        "Completed Vehicles", copy=False, help="Known ones that something was added to."
    )
    customer_count = fields.Integer("New Customers", copy=False)
    visit_count = fields.Integer("Earlier Visits", copy=False)
    known_count = fields.Integer(
        "Nothing New", copy=False, help="Rows whose whole content was known already."
    )
    refused_count = fields.Integer("Refused", copy=False)
    is_checked = fields.Boolean(copy=False, help="The figures are those of a check.")
    started_at = fields.Datetime("Started On", copy=False)
    finished_at = fields.Datetime("Finished On", copy=False)
    stop_reason = fields.Char(copy=False)
    attempts = fields.Integer(copy=False)

    @api.model
    def _get_lang_style(self):
        """Return ``(day_first, decimal_comma)`` as the user's language writes."""
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        month, day = (lang.date_format or "").find("%m"), (lang.date_format or "").find("%d")
        return (day < month if day >= 0 else True), lang.decimal_point == ","

    @api.depends("file", "encoding")
    def _compute_column_ids(self):
        for record in self:
            vals_list = record._prepare_column_vals() if record.file else []
            record.column_ids = [Command.clear(), *map(Command.create, vals_list)]

    @api.constrains("file", "encoding")
    def _check_file(self):
        """Refuse a file that is no table at once."""
        for record in self:
            if not record.column_ids:
                record._refuse_file("empty")

    def _prepare_column_vals(self):
        """Return the columns of the file with a few of their cells and what they likely mean.

        :raises UserError: for a file that can not be read.
        """
        table = self._open_table()
        try:
            first = [cells for _number, cells in islice(table.rows, SAMPLES) if cells]
        except UnreadableFile as error:
            self._refuse_file(error.code)
        return [
            {
                "sequence": index,
                "name": header or self.env._("Column %s", index + 1),
                "sample": " | ".join(cell_text(cells[index])[:30] for cells in first),
                "target": target,
            }
            for index, (header, target) in enumerate(
                zip(table.header, guess_targets(table.header), strict=True)
            )
        ]

    def _open_table(self):
        """Return the :class:`~..tools.import_file.Table` of the file.

        :raises UserError: for a file that is no table; what is wrong further down is found out
            while its rows are read, as :class:`UnreadableFile`.
        """
        self.ensure_one()
        content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        try:
            return open_table(content, self.encoding)
        except UnreadableFile as error:
            self._refuse_file(error.code)

    def _refuse_file(self, code):
        raise UserError(
            self.env._(
                "%(name)s can not be imported: %(reason)s",
                name=self.name or self.env._("The file"),
                reason=self._get_file_reasons()[code],
            )
        )

    @api.model
    def _get_file_reasons(self):
        """Return ``{code of UnreadableFile: sentence}``."""
        return {
            "empty": self.env._("it is empty. Row 1 must hold the names of the columns."),
            "size": self.env._("it is larger than 50 MB. Cut it into several files."),
            "old_excel": self.env._("it is an old Excel file. Save it as XLSX or CSV."),
            "broken": self.env._("it is damaged, or no XLSX. Save it once more as XLSX or CSV."),
            "encoding": self.env._(
                "its characters are not those of the chosen encoding. Choose another one, or "
                "save the file as \"CSV UTF-8\"."
            ),
            "columns": self.env._("it has more than 200 columns. Leave out what is not needed."),
            "rows": self.env._("it has more than 200 000 rows. Cut it into several files."),
        }

    @api.depends("row_count", "done_rows", "state")
    def _compute_progress(self):
        for record in self:
            if record.state == "done":
                record.progress = 100
            else:
                record.progress = 100 * record.done_rows / max(record.row_count, 1)

    def _check_not_kept(self, names):
        names = list(names)
        if names and not self.env.su:
            raise AccessError(
                self.env._("What an import has done is not entered by hand: use its buttons.")
            )

    def write(self, vals):
        """What is being read does not change under the hands of the reader."""
        named = vals.keys() & {"file", "encoding", "company_id", "day_first", "decimal_comma"}
        if named and not self.env.su and any(record.state != "draft" for record in self):
            self._refuse_changed()
        return super().write(vals)

    def _refuse_changed(self):
        raise UserError(
            self.env._(
                "This import has begun. Make a new one for another file; what is known already "
                "is not doubled."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        for record in self:
            if record.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is kept: it says where cars and visits came from.",
                        record.display_name,
                    )
                )

    # ---- buttons --------------------------------------------------------------------------

    def action_check(self):
        """Say what the import would do and which rows it would refuse, and change nothing."""
        self._check_can_start()
        self._begin("checking")
        for record in self:
            if record._is_small():
                record._check_all_rows()
            else:
                record._trigger_import()
        return True

    def action_start(self):
        """Take the rows in, from the first one or from where it was stopped."""
        self._check_can_start()
        for record in self:
            if record.state == "draft":
                record._begin("running")
            else:
                record._keep({"state": "running", "stop_reason": False})
            if record._is_small():
                record._take_small()
            else:
                record._trigger_import()
        return True

    def action_stop(self):
        """Stop after the rows in hand; "Go On" continues behind them."""
        for record in self:
            if record.state == "checking":
                record._keep({"state": "draft"})
            elif record.state == "running":
                record._keep({"state": "stopped", "stop_reason": self.env._("Stopped by hand.")})
        return True

    def action_refresh(self):
        """Show how far the rows are read by now."""
        return True

    def action_view_visits(self):
        """Open the earlier visits that this import has made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_history_action"
        )
        return dict(action, domain=[("import_id", "=", self.id)], context={})

    def action_download_refused(self):
        """Return the refused rows as a CSV with the columns of the file and the reason."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/service.import/{self.id}/refused_file/refused.csv?download=true",
            "target": "download",
        }

    def action_view_vehicles(self):
        """Open the cars that this import has made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_vehicle_action"
        )
        return dict(action, domain=[("import_id", "=", self.id)], context={})

    @api.depends("row_ids")
    def _compute_refused_file(self):
        for record in self:
            header = [self.env._("Row"), self.env._("Reason"), *record.column_ids.mapped("name")]
            rows = ([row.number, row.reason, *row.cells] for row in record.row_ids)
            record.refused_file = base64.b64encode(write_csv(header, rows))

    # ---- steps ----------------------------------------------------------------------------

    def _check_can_start(self):
        """Refuse an import that is under way or whose columns say too little."""
        self.check_access("write")
        for record in self:
            if record.state not in STARTABLE:
                raise UserError(
                    self.env._("%s is being worked on, or done already.", record.display_name)
                )
            targets = [target for target in record.column_ids.mapped("target") if target]
            if not {"plate", "vin"} & set(targets):
                raise UserError(
                    self.env._(
                        "Which column has the plate or the VIN? Without either no car is found. "
                        "Choose it under \"Taken as\"."
                    )
                )
            twice = {target for target in targets if targets.count(target) > 1}
            if twice:
                labels = dict(record.column_ids._fields["target"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "Several columns are taken as %s: choose one of them.",
                        ", ".join(labels[target] for target in TARGETS if target in twice),
                    )
                )

    def _begin(self, state):
        """Count the rows and set the figures to nothing."""
        for record in self:
            # Refused rows are nobody's to write; the step was checked.
            record.sudo().row_ids.unlink()
            record._keep(
                {
                    "state": state,
                    "row_count": record._count_rows(),
                    "is_checked": state == "checking",
                    "started_at": fields.Datetime.now(),
                    "attempts": 0,
                }
                | record._get_zero_figures()
            )

    @api.model
    def _get_zero_figures(self):
        names = ("done_rows", "car_count", "filled_count", "customer_count", "visit_count",
                 "known_count", "refused_count")
        return dict.fromkeys(names, 0) | {"finished_at": False, "stop_reason": False}

    def _count_rows(self):
        table = self._open_table()
        try:
            return sum(1 for _row in table.rows)
        except UnreadableFile as error:
            self._refuse_file(error.code)

    def _is_small(self):
        return self.row_count <= SMALL

    def _trigger_import(self):
        """Let the scheduled action begin."""
        # Who presses the button need not read scheduled actions.
        self.env.ref("service_advisor.ir_cron_import").sudo()._trigger()
