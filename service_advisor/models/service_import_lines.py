from collections import Counter

from odoo import api, models
from odoo.exceptions import UserError
from psycopg2 import DataError, IntegrityError

from ..tools.vin import vin_problem


class ServiceImport(models.Model):
    """What becomes of the rows of one batch: each is taken in, or refused with its reason."""

    _inherit = "service.import"

    def _take_lines(self, lines, memory, is_check):
        """Take these rows in, or only say what would become of them.

        :param lines: of :func:`~..tools.import_values.parse_line`.
        :param memory: what earlier rows would have made, filled here; for a check.
        :return: ``{name of a counting field: number}``
        """
        figures = Counter()
        self._judge_lines(lines)
        good = [line for line in lines if not line.problems]
        if is_check:
            figures.update(self._sort_lines(good, memory).count())
        else:
            figures.update(self._try_lines(good))
        refused = [line for line in lines if line.problems]
        self._keep_refused(refused)
        figures["refused_count"] += len(refused)
        return figures

    def _try_lines(self, lines):
        """Make what the rows say. Where the database or a rule refuses one of them, halves are
        tried, down to the row that is the cause."""
        if not lines:
            return Counter()
        try:
            with self.env.cr.savepoint():
                for line in lines:
                    line.adds = False
                plan = self._sort_lines([line for line in lines if not line.problems], {})
                self._make_plan(plan)
                return Counter(plan.count())
        except (UserError, IntegrityError, DataError) as error:
            self.env.invalidate_all(flush=False)
            if len(lines) == 1:
                told = isinstance(error, UserError)
                reason = str(error) if told else self.env._("The database refuses it.")
                lines[0].problems.append(("", "other", reason))
                return Counter()
        middle = len(lines) // 2
        return self._try_lines(lines[:middle]) + self._try_lines(lines[middle:])

    def _judge_lines(self, lines):
        """Add to ``lines`` the problems that no single cell shows."""
        for line in lines:
            values = line.values
            if line.problems:
                continue
            if not values.get("plate") and not values.get("vin"):
                line.problems.append(("", "no_car", ""))
            if vin_problem(values.get("vin")) == "check_digit" and not values.get(
                "vin_override_reason"
            ):
                line.problems.append(("vin", "check_digit", values["vin"]))
            if line.is_visit and not values.get("visit_date"):
                line.problems.append(("visit_date", "no_date", ""))

    def _keep_refused(self, lines):
        reasons, labels = self._get_reasons(), self._get_labels()
        # Refused rows are nobody's to write by hand.
        self.env["service.import.row"].sudo().create(
            [
                {
                    "import_id": self.id,
                    "number": line.number,
                    "cells": line.cells,
                    "reason": "; ".join(
                        self._describe_problem(problem, reasons, labels)
                        for problem in line.problems
                    ),
                }
                for line in lines
            ]
        )

    def _describe_problem(self, problem, reasons, labels):
        target, code, text = problem
        if code == "other":
            return text
        reason = reasons[code]
        told = f"{labels[target]} \"{text}\"" if target and text else labels.get(target, "")
        return f"{told}: {reason}" if told else reason[:1].upper() + reason[1:]

    @api.model
    def _get_labels(self):
        """Return ``{target: what the column is called in the file, or else its label}``."""
        labels = dict(self.column_ids._fields["target"]._description_selection(self.env))
        return labels | {c.target: c.name for c in self.column_ids if c.target}

    @api.model
    def _get_reasons(self):
        """Return ``{code of a problem: sentence}``."""
        return {
            "unreadable": self.env._("the row can not be read; look for a lost quotation mark."),
            "no_car": self.env._("neither plate nor VIN: no car is found without."),
            "no_date": self.env._("a visit needs its date."),
            "check_digit": self.env._(
                "the check digit is wrong, so a character was misread; or fill a column \"VIN "
                "Exception\" with the reason why it is right."
            ),
            "vin": self.env._("no VIN: 17 characters, digits and letters without I, O and Q."),
            "plate": self.env._("too long for a plate."),
            "long": self.env._("the text is too long."),
            "phone": self.env._("no phone number."),
            "scientific": self.env._(
                "the spreadsheet has cut the number. Format the column as text and enter it again."
            ),
            "date": self.env._("no date; write it as 2025-12-31."),
            "future": self.env._("a day to come."),
            "number": self.env._("no number."),
            "odometer": self.env._("no reading of an odometer."),
            "year": self.env._("no year."),
            "energy": self.env._(
                "write petrol, diesel, hybrid, plug-in hybrid, electric or gas."
            ),
            "make": self.env._("give the make as well: no model is called so yet."),
            "other_car": self.env._("this plate is on another car, whose VIN differs."),
            "two_cars": self.env._("plate and VIN belong to two different cars."),
            "other_visit": self.env._(
                "a visit with this order number is known, with another content. Put all of a "
                "visit in one row."
            ),
            "same_visit": self.env._(
                "a visit on this day at this reading is known, with another content. Put all of "
                "a visit in one row, or give the order number."
            ),
        }
