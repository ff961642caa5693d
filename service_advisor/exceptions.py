from odoo.exceptions import ConcurrencyError, UserError


class BusyError(UserError, ConcurrencyError):
    """Somebody else is changing the same records at this moment.

    As a concurrency error it makes Odoo repeat the request, which then meets what the other
    has done; as a user error it is a clear word where that takes too long.
    """
