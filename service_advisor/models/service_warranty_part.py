from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class ServiceWarrantyPart(models.Model):
    """A part taken out of a car under warranty, kept until its manufacturer has asked for it
    or the time to do so is over."""

    _name = "service.warranty.part"
    _description = "Warranty Part"
    _inherit = ["service.kept.mixin", "mail.thread"]
    _order = "keep_until, id"
    _kept_fields = frozenset(
        {
            "name",
            "product_id",
            "quantity",
            "job_id",
            "payer_id",
            "move_id",
            "issued_on",
            "state",
            "closed_at",
            "closed_by_id",
        }
    )
    _check_company_auto = True
    _rec_names_search = ["name", "order_id.name", "product_id.name"]

    name = fields.Char("Tag No.", required=True, readonly=True, copy=False, index="trigram")
    product_id = fields.Many2one("product.product", "Part Replaced", required=True, readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(digits="Product Unit", readonly=True)
    job_id = fields.Many2one(
        "service.job", required=True, readonly=True, index=True, ondelete="restrict"
    )
    order_id = fields.Many2one(
        related="job_id.order_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", string="Vehicle")
    plate = fields.Char(related="order_id.plate")
    vin = fields.Char(related="vehicle_id.vin", string="VIN")
    payer_id = fields.Many2one("res.partner", "Manufacturer", readonly=True, index=True)
    move_id = fields.Many2one("stock.move", "New Part Issued", readonly=True, ondelete="restrict")
    issued_on = fields.Date("Replaced On", required=True, readonly=True)
    keep_until = fields.Date(required=True, tracking=True)
    place = fields.Char("Shelf", tracking=True)
    state = fields.Selection(
        [("kept", "Kept"), ("sent", "Sent Back"), ("scrapped", "Scrapped")],
        default="kept",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    closed_at = fields.Datetime("Left On", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Let Go By", readonly=True, copy=False)
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _name_company_uniq = models.UniqueIndex(
        "(name, company_id)", "This tag number is already used."
    )
    _move_uniq = models.UniqueIndex("(move_id)", "The parts of this transfer are tagged already.")
    _kept_idx = models.Index("(keep_until) WHERE state = 'kept'")

    @api.depends("name", "product_id")
    def _compute_display_name(self):
        for part in self:
            part.display_name = f"{part.name} {part.product_id.display_name}"

    @api.depends("keep_until", "state")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for part in self:
            part.is_overdue = bool(
                part.state == "kept" and part.keep_until and part.keep_until < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return Domain("state", "=", "kept") & Domain("keep_until", "<", today)

    def write(self, vals):
        if {"keep_until", "place"} & vals.keys() and not self.env.su:
            self._check_can_shelve(vals)
        return super().write(vals)

    def _check_can_shelve(self, vals):
        """Raise where ``vals`` would change the shelf or the date of what is gone, or let it go
        earlier without the service manager."""
        self._check_is_kept()
        until = fields.Date.to_date(vals.get("keep_until"))
        if not until or self.env.user.has_group("service_advisor.group_manager"):
            return
        for part in self:
            if until < part.keep_until:
                part.order_id._refuse(
                    self.env._(
                        "The manufacturer may ask for tag %(tag)s until %(date)s. Only the "
                        "service manager lets it go earlier.",
                        tag=part.name,
                        date=part.keep_until,
                    )
                )

    # ---- tags -----------------------------------------------------------------------------

    @api.model
    def _tag(self, moves):
        """Make a tag for the old parts of each of ``moves``, parts issued under warranty."""
        vals_list = []
        for company, same in moves.grouped("company_id").items():
            sequence = company._get_number_sequence("service.warranty.part")
            vals_list += [
                dict(move._prepare_warranty_part_vals(), name=sequence.next_by_id())
                for move in same
            ]
        return self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True).create(
            vals_list
        )

    @api.model
    def _untag(self, moves):
        """Shrink or remove the tags of parts that came back unused with ``moves``: the old part
        is still in the car."""
        returned = defaultdict(float)
        for move in moves:
            returned[move.origin_returned_move_id.id] += move._get_done_in_stock_unit()
        tags = self.search([("move_id", "in", list(returned)), ("state", "=", "kept")])
        empty = self.browse()
        for tag in tags:
            left = tag.quantity - returned[tag.move_id.id]
            if tag.uom_id.compare(left, 0.0) > 0:
                tag.quantity = left
            else:
                empty |= tag
        empty.unlink()

    # ---- what becomes of them -------------------------------------------------------------

    def action_send_back(self):
        """Note that the manufacturer got these parts.

        :raises UserError: naming the tag that is not kept any more.
        """
        self._check_is_kept()
        self._keep(self._prepare_close_vals("sent"))
        return True

    def action_scrap(self):
        """Note that these parts were thrown away.

        :raises UserError: naming the tag that is gone, or that must be kept still.
        """
        self._check_is_kept()
        self._check_can_scrap()
        self._keep(self._prepare_close_vals("scrapped"))
        return True

    def action_keep_again(self):
        """Put parts back on the shelf that were noted as gone by mistake.

        :raises UserError: where neither the user nor a service manager noted it.
        """
        manager = self.env.user.has_group("service_advisor.group_manager")
        for part in self:
            if part.closed_by_id not in (self.env.user, self.env["res.users"]) and not manager:
                part.order_id._refuse(
                    self.env._(
                        "%(user)s let go of tag %(tag)s: ask them or the service manager to take "
                        "it back.",
                        user=part.closed_by_id.name,
                        tag=part.name,
                    )
                )
        self._keep({"state": "kept", "closed_at": False, "closed_by_id": False})
        return True

    def _check_is_kept(self):
        for part in self:
            if part.state != "kept":
                labels = dict(self._fields["state"]._description_selection(self.env))
                part.order_id._refuse(
                    self.env._(
                        "Tag %(tag)s is %(state)s since %(date)s by %(user)s. Reload the list.",
                        tag=part.name,
                        state=labels[part.state],
                        date=fields.Date.context_today(self, part.closed_at),
                        user=part.closed_by_id.name,
                    )
                )

    def _check_can_scrap(self):
        """Hook: raise a UserError where a part may not be thrown away yet."""
        if self.env.user.has_group("service_advisor.group_manager"):
            return
        today = fields.Date.context_today(self)
        for part in self:
            if part.keep_until > today:
                part.order_id._refuse(
                    self.env._(
                        "The manufacturer may ask for tag %(tag)s until %(date)s. Keep it, or ask "
                        "the service manager to let it go earlier.",
                        tag=part.name,
                        date=part.keep_until,
                    )
                )

    def _prepare_close_vals(self, state):
        return {
            "state": state,
            "closed_at": fields.Datetime.now(),
            "closed_by_id": self.env.uid,
        }

    def _get_report_base_filename(self):
        """Return the name of the printed tags."""
        return self.env._("Warranty tags %s", ", ".join(self.mapped("name")))
