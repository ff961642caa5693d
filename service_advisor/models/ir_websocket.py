from odoo import models

BOARD = "service_advisor.board_"


class IrWebsocket(models.AbstractModel):
    """Who listens to what changes on the board of a workshop."""

    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """An open board asks for the channel of its company by name; those who may see it
        listen to the company's own channel, which nobody can name."""
        boards = [name for name in channels if isinstance(name, str) and name.startswith(BOARD)]
        if boards:
            channels = [name for name in channels if name not in boards]
            channels += self._get_board_channels(boards)
        return super()._build_bus_channel_list(channels)

    def _get_board_channels(self, names):
        """Return the channels behind ``names``, without those the user may not see."""
        if not self.env["service.booking"].has_access("read"):
            return []
        asked = {name.removeprefix(BOARD) for name in names}
        companies = self.env.user.company_ids.filtered(lambda company: str(company.id) in asked)
        return [(company, "service_board") for company in companies]
