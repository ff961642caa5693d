from odoo import api, models


class ServiceListedMixin(models.AbstractModel):
    """Records that are read wherever they are listed, as the jobs of an order are.

    A One2many asks the database which records there are, and again for their fields as soon as
    one is read. Here the fields come along with the first question.
    """

    _name = "service.listed.mixin"
    _description = "Records Read Where They Are Listed"

    # The many2one field by which they are listed.
    _listed_by = None

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """As in Odoo; asked for the link alone, it brings all fields."""
        if field_names and list(field_names) == [self._listed_by]:
            field_names = None
        return super().search_fetch(domain, field_names, offset, limit, order)
