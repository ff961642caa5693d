from odoo import api, models

# What the service department numbers, by the code of the sequence: name, prefix, digits.
NUMBERS = {
    "service.order": ("Service Order", "RO", 6),
    "service.claim": ("Warranty Claim", "WC", 6),
    "service.settlement": ("Settlement List", "ST", 6),
    "service.warranty.part": ("Warranty Part", "WP", 5),
    "service.certificate": ("Certificate of Completion", "CC", 6),
}


class ResCompany(models.Model):
    """The numbers of the service department, the one way to get them."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_number_sequences()
        return companies

    @api.model
    def _get_numbers(self):
        """Hook: return what is numbered, see ``NUMBERS``; other addons add to a copy of it."""
        return NUMBERS

    def _create_number_sequences(self):
        """Give each of these companies own numbers of everything that has no shared ones."""
        # Who creates a company, or needs a first number, may not create sequences.
        IrSequence = self.env["ir.sequence"].sudo()
        known = IrSequence.search(
            [("code", "in", list(self._get_numbers())), ("company_id", "in", [False, *self.ids])]
        )
        known = {(sequence.code, sequence.company_id.id) for sequence in known}
        IrSequence.create(
            [
                company._prepare_number_sequence_vals(code)
                for company in self
                for code in self._get_numbers()
                if not known & {(code, company.id), (code, False)}
            ]
        )

    def _prepare_number_sequence_vals(self, code):
        name, prefix, padding = self._get_numbers()[code]
        return {
            "name": name,
            "code": code,
            "prefix": prefix,
            "padding": padding,
            "company_id": self.id,
        }

    def _get_number_sequence(self, code):
        """Return the sequence of ``code``, a key of :meth:`_get_numbers`: this company's own,
        else the shared one; made where there is none."""
        self.ensure_one()
        # As above.
        IrSequence = self.env["ir.sequence"].sudo()
        return IrSequence.search_fetch(
            [("code", "=", code), ("company_id", "in", [self.id, False])],
            order="company_id",
            limit=1,
        ) or IrSequence.create(self._prepare_number_sequence_vals(code))

    def _get_next_number(self, code):
        """Return the next number of ``code`` in this company, see :meth:`_get_numbers`."""
        return self._get_number_sequence(code).next_by_id()
