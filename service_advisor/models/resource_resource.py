from odoo import models


class ResourceResource(models.Model):
    """What stands behind a resource of the workshop."""

    _inherit = "resource.resource"

    def _get_equipment(self, model):
        """Return the records of ``model`` behind these resources, archived ones too."""
        # Whatever holds a resource is told apart, also from what the reader may not open.
        equipment = self.env[model].sudo().with_context(active_test=False)
        return equipment.search_fetch([("resource_id", "in", self.ids)])

    def _get_bays(self):
        """Return the bays among these resources."""
        return self._get_equipment("service.bay")

    def _get_tools(self):
        """Return the special tools among these resources."""
        return self._get_equipment("service.tool")
