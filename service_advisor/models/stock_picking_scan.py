from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class StockPicking(models.Model):
    """Parts are issued with a hand scanner: each scan counts one piece as picked."""

    _inherit = "stock.picking"

    def action_scan_part(self, barcode):
        """Count what was scanned as picked on this workshop issue.

        What is reserved stays reserved until the transfer is validated; unscanned parts stay
        behind in a backorder.

        :param barcode: what the scanner typed: a product, a lot or serial number, or GS1.
        :return: dict of ``message`` and ``type`` ("success" or "warning") to show.
        :raises UserError: where the transfer is no open workshop issue.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_can_scan()
        product, lot, quantity, lot_name = self._find_scanned(barcode)
        if not product:
            message = self.env._(
                "\"%(barcode)s\" is no part, lot or serial number of %(transfer)s. Look at the "
                "list: what is not on it has to be approved first.",
                barcode=barcode,
                transfer=self.name,
            )
            return {"type": "warning", "message": message}
        if product.tracking != "none" and not lot:
            message = self.env._(
                "%(part)s: scan its lot or serial number.", part=product.display_name
            )
            if lot_name:
                message = self.env._(
                    "%(part)s: there is no lot or serial number \"%(lot)s\".",
                    part=product.display_name,
                    lot=lot_name,
                )
            return {"type": "warning", "message": message}
        return self._count_scanned(product, lot, quantity)

    def _check_can_scan(self):
        """Raise where the transfer takes no scans."""
        if not self.service_order_id or self.picking_type_code != "outgoing":
            raise UserError(
                self.env._(
                    "%(transfer)s issues no parts to the workshop, so nothing is scanned here.",
                    transfer=self.name,
                )
            )
        if self.state in ("done", "cancel"):
            self.service_order_id._refuse(
                self.env._(
                    "%(transfer)s is done or cancelled; nothing can be issued on it any more.",
                    transfer=self.name,
                )
            )

    def _find_scanned(self, barcode):
        """Return ``(product.product, stock.lot, quantity, lot name)`` of ``barcode`` among the
        parts of this transfer; empty records where nothing fits."""
        code, lot_name, quantity = self._parse_scanned(barcode)
        products = self.move_ids.filtered(lambda m: m.state not in ("done", "cancel")).product_id
        found = products.filtered(lambda p: p.barcode and p.barcode == code)[:1]
        lot = self.env["stock.lot"]
        if not found or lot_name:
            lot = lot.search(
                Domain("name", "=", lot_name or code)
                & Domain("product_id", "in", (found or products).ids)
                & Domain("company_id", "in", [False, self.company_id.id]),
                limit=1,
            )
        return found or lot.product_id, lot, quantity, lot_name

    def _parse_scanned(self, barcode):
        """Return ``(code, lot name, quantity)`` of a barcode, GS1 where the company's
        nomenclature says so. The code of a GS1 product loses its padding."""
        known = self.move_ids.product_id.mapped("barcode")
        if barcode in known:
            return barcode, False, 1.0  # a code of digits alone can look like GS1
        nomenclature = self.company_id.nomenclature_id
        parts = nomenclature.parse_barcode(barcode) if nomenclature.is_gs1_nomenclature else None
        if not isinstance(parts, list) or not parts:
            return barcode, False, 1.0
        values = {part["type"]: part["value"] for part in parts}
        code = values.get("product") or ""
        lot_name = values.get("lot", False)
        code = next((b for b in known if b and b.zfill(14) == code.zfill(14)), code)
        if not code and lot_name:
            code, lot_name = lot_name, False
        return code, lot_name, float(values.get("quantity") or 1.0)

    def _count_scanned(self, product, lot, quantity):
        """Mark ``quantity`` of ``product`` as picked, never more than is asked for."""
        moves = self.move_ids.filtered(
            lambda move: move.product_id == product and move.state not in ("done", "cancel")
        )
        moves.filtered(lambda move: move.state != "assigned")._action_assign()
        if product.tracking == "serial" and lot in moves.move_line_ids.filtered("picked").lot_id:
            message = self.env._("%(lot)s is counted already.", lot=lot.name)
            return {"type": "warning", "message": message}
        asked = sum(moves.mapped("product_qty"))
        counted = moves._get_scanned() + quantity
        shown = f"{asked:g}"
        if product.uom_id.compare(counted, asked) > 0:
            message = self.env._(
                "%(part)s: %(asked)s %(unit)s are asked for and counted. More of it has to be "
                "approved first.",
                part=product.display_name,
                asked=shown,
                unit=product.uom_id.name,
            )
            return {"type": "warning", "message": message}
        if not moves._pick_scanned(lot, quantity):
            message = self.env._(
                "%(part)s is not on the shelf, or another order has reserved it: nothing was "
                "counted.",
                part=lot.display_name or product.display_name,
            )
            return {"type": "warning", "message": message}
        now = f"{counted:g}"
        message = self.env._(
            "%(part)s: %(counted)s of %(asked)s",
            part=product.display_name,
            counted=now,
            asked=shown,
        )
        return {"type": "success", "message": message}
