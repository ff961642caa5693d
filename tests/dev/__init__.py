"""Tests of the ./dev command itself: quick, no network, no Odoo, no database."""
