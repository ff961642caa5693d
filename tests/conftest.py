"""Shared by the tests across addons. Odoo's own helpers come with pytest-odoo."""
