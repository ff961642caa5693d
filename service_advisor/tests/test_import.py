import base64
import csv
import io
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import file_open, mute_logger

from .. import models as ours
from ..tools.import_file import write_csv
from .common import ServiceAdvisorCommon

HEADER = ["Plate", "VIN", "Owner", "Phone", "Order No.", "Date", "km", "Work", "Amount"]
GOOD = ["WVWZZZ1KZ6W000001", "WVWZZZ1KZ6W000002", "WVWZZZ1KZ6W000003"]


class ImportCommon(ServiceAdvisorCommon):
    """Tables of another system, imported by the service manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")

    def _import(self, rows, header=None, content=None, **vals):
        """Return an import of these rows, not started."""
        content = content if content is not None else write_csv(header or HEADER, rows)
        return (
            self.env["service.import"]
            .with_user(self.manager)
            .create({"name": "old.csv", "file": base64.b64encode(content), **vals})
        )

    def _run(self, rows, **vals):
        record = self._import(rows, **vals)
        record.action_start()
        self.assertEqual(record.state, "done", record.stop_reason)
        return record

    def _figures(self, record):
        return {
            name: record[f"{name}_count"]
            for name in ("car", "filled", "customer", "visit", "known", "refused")
            if record[f"{name}_count"]
        }

    def _reasons(self, record):
        return {row.number: row.reason for row in record.row_ids}

    def _car(self, vin):
        return self.env["service.vehicle"].search([("vin", "=", vin)])


@tagged("post_install", "-at_install")
class TestImport(ImportCommon):
    def test_cars_customers_and_visits(self):
        """R5.1: a row per visit brings cars, their owners, visits and the last reading."""
        record = self._run(
            [
                ["沪Z·00001", GOOD[0], "Wang Import", "138 1234 0001", "O-1", "2024-05-01",
                 "20,000", "Oil changed", "1,234.50"],
                ["沪Z·00001", GOOD[0], "Wang Import", "138 1234 0001", "O-2", "2025-05-01",
                 "35000", "Brakes done", "800"],
                ["沪Z·00002", GOOD[1], "Li Import", "+86 138 1234 0002", "", "", "50000", "", ""],
                ["沪Z·00003", GOOD[2], "Wang Other", "13812340001", "", "", "", "", ""],
            ]
        )
        self.assertEqual(self._figures(record), {"car": 3, "customer": 2, "visit": 2})
        car = self._car(GOOD[0])
        self.assertEqual(car.plate, "沪Z·00001")
        self.assertEqual(car.owner_id.phone_sanitized, "+8613812340001")
        self.assertEqual(car.owner_id, self._car(GOOD[2]).owner_id, "the phone tells who it is")
        self.assertEqual((car.odometer, self._car(GOOD[1]).odometer), (35000, 50000))
        self.assertEqual(set(car.odometer_ids.mapped("source")), {"import"})
        self.assertEqual(str(car.odometer_ids[0].date)[:10], "2025-05-01")
        visits = car._get_earlier_visits()[car]
        self.assertEqual(visits.mapped("number"), ["O-2", "O-1"])
        self.assertEqual((visits[1].amount, visits[1].work), (1234.5, "Oil changed"))
        orders = self.env["service.order"].search([("vehicle_id", "=", car.id)])
        self.assertFalse(orders, "what others did is no order of ours")
        self.assertFalse(self.env["mail.message"].search(
            [("model", "=", "service.vehicle"), ("res_id", "=", car.id)]))

    def test_again_brings_nothing_new(self):
        """R5.1: the same file once more doubles nothing, nor does one row twice in a file."""
        rows = [
            ["沪Z00001", GOOD[0], "Wang Import", "13812340001", "O-1", "2024-05-01", "20000",
             "Oil", "100"],
            ["沪Z00002", "", "No Phone", "", "", "2024-06-01", "30000", "Oil", ""],
            ["沪Z00003", "", "Bad Phone", "5555 000", "", "", "", "", ""],
        ]
        record = self._run([*rows, rows[0]])
        figures = {"car": 3, "customer": 3, "visit": 2}
        self.assertEqual(self._figures(record), figures | {"known": 1})
        again = self._run(rows)
        self.assertEqual(self._figures(again), {"known": 3})

    def test_rows_complete_and_do_not_overwrite(self):
        """R5.1: what the desk has entered stays; what is missing is filled in."""
        record = self._run(
            [["沪A12345", "LSVAL41Z882104202", "Somebody Else", "13812340009", "Red", "2020"]],
            header=["Plate", "VIN", "Owner", "Phone", "Colour", "Model Year"],
        )
        self.assertEqual(self._figures(record), {"filled": 1})
        self.assertEqual(self.vehicle.owner_id, self.customer)
        self.assertEqual(self.vehicle.colour, "Red")
        plate_only = self.env["service.vehicle"].create({"plate": "沪Z77777"})
        self._run([["沪z·77777", GOOD[0], "New Owner", "13812340010"]], header=HEADER[:4])
        self.assertEqual(plate_only.vin, GOOD[0])
        self.assertEqual(plate_only.owner_id.name, "New Owner")

    def test_the_latest_visit_names_the_owner(self):
        """R5.1: of several rows of a car, the one without a visit says who owns it, else the
        latest visit."""
        self._run(
            [
                ["", GOOD[0], "First", "13812340001", "A1", "2020-01-01", "", "", ""],
                ["", GOOD[0], "Third", "13812340003", "A3", "2024-01-01", "", "", ""],
                ["", GOOD[0], "Second", "13812340002", "A2", "2022-01-01", "", "", ""],
                ["", GOOD[1], "Now", "13812340004", "", "", "", "", ""],
                ["", GOOD[1], "Before", "13812340005", "B1", "2024-01-01", "", "", ""],
            ]
        )
        self.assertEqual(self._car(GOOD[0]).owner_id.name, "Third")
        self.assertEqual(self._car(GOOD[1]).owner_id.name, "Now")

    def test_refused_rows_say_why(self):
        """R5.1: each bad row is reported with its number and all its reasons; good ones go in."""
        record = self._run(
            [
                ["沪A12345", GOOD[1], "", "", "", "", "", "", ""],
                ["", "LSVAL41Z782104202", "", "", "", "", "", "", ""],
                ["", "", "Nobody", "", "", "", "", "", ""],
                ["沪Z00001", "", "", "1.38E+10", "", "soon", "far", "", "much"],
                ["沪Z00002", "", "", "", "", "", "", "Brakes", ""],
                ["沪Z00003", "", "", "", "", "2099-01-01", "", "", ""],
                ["沪A12345", "WVWZZZ1KZ6W000009", "", "", "", "", "", "", ""],
                ["沪Z00004", "", "Good", "", "", "", "", "", ""],
            ]
        )
        reasons = self._reasons(record)
        self.assertEqual(sorted(reasons), [2, 3, 4, 5, 6, 7, 8])
        self.assertIn("another car", reasons[2])
        self.assertIn("check digit", reasons[3])
        self.assertIn("Neither plate nor VIN", reasons[4])
        for words in ("Phone", "Date \"soon\": no date", "km \"far\": no number", "Amount"):
            self.assertIn(words, reasons[5])
        self.assertIn("a visit needs its date", reasons[6])
        self.assertIn("to come", reasons[7])
        self.assertEqual(self._figures(record)["car"], 1)

    def test_refused_rows_come_back_corrected(self):
        """R5.1: the refused rows are downloaded with the reason, harmless to a spreadsheet, and
        that file is imported as it is."""
        record = self._run([["沪Z00001", "", "=1+1", "+86 138 1234 0001", "", "soon", "", "", ""]])
        self.assertIn("refused_file", record.action_download_refused()["url"])
        content = base64.b64decode(record.refused_file)
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        self.assertEqual(rows[0], ["Row", "Reason", *HEADER])
        self.assertEqual(rows[1][4:6], ["'=1+1", "'+86 138 1234 0001"])
        self.assertFalse([cell for row in rows for cell in row if cell[:1] in "=+-@" and cell])
        rows[1][7] = "2024-01-01"
        again = self._run(rows[1:], header=rows[0])
        self.assertFalse(again.refused_count, self._reasons(again))
        car = self.env["service.vehicle"].search([("plate_key", "=", "沪Z00001")])
        self.assertEqual(car.owner_id.name, "=1+1")
        self.assertEqual(car.owner_id.phone_sanitized, "+8613812340001")

    def test_a_visit_is_one_row(self):
        """R5.1: a known order number with another content is refused, not swallowed."""
        row = ["沪Z00001", "", "", "", "O-1", "2024-01-01", "1000", "Oil", "10"]
        record = self._run([row, row[:7] + ["Brakes", "20"]])
        self.assertIn("another content", self._reasons(record)[3])
        row[4] = ""
        record = self._run([row, row[:7] + ["Brakes", "20"]])
        self.assertIn("at this reading", self._reasons(record)[3])
        other = self._run([["沪Z00002", "", "", "", "O-1", "2024-01-01", "1000", "Oil", "10"]])
        self.assertIn("another content", self._reasons(other)[2])

    def test_one_bad_row_costs_no_other(self):
        """R5.1: what only the database refuses is found and told; the rows around it go in."""
        create = type(self.env["service.vehicle"]).create

        def refuse(vehicles, vals_list):
            if any(vals.get("plate") == "沪Z00003" for vals in vals_list):
                raise UserError(vehicles.env._("Not this one"))
            return create(vehicles, vals_list)

        rows = [[f"沪Z0000{n}", "", f"Owner {n}", f"1381234000{n}"] for n in range(8)]
        with patch.object(type(self.env["service.vehicle"]), "create", refuse):
            record = self._run(rows, header=HEADER[:4])
        self.assertEqual(self._reasons(record), {5: "Not this one"})
        self.assertEqual(self._figures(record), {"car": 7, "customer": 7, "refused": 1})

    def test_a_check_changes_nothing_and_is_right(self):
        """R5.1: a dry run says what would happen, also across batches, and writes nothing."""
        rows = [
            ["沪Z00001", GOOD[0], "Wang", "13812340001", "O-1", "2024-05-01", "20000", "Oil", ""],
            ["沪Z00001", GOOD[0], "Wang", "13812340001", "O-2", "2024-06-01", "21000", "Oil", ""],
            ["沪Z00002", GOOD[1], "Wang", "13812340001", "O-2", "2024-06-01", "1000", "Oil", ""],
            ["沪Z00003", GOOD[2], "Li", "13812340002", "O-3", "2024-06-01", "1000", "Oil", ""],
            ["沪Z00003", GOOD[2], "Li", "13812340002", "O-3", "2024-06-01", "1000", "Oil", ""],
        ]
        record = self._import(rows)
        with patch.object(ours.service_import_run, "BATCH", 2):
            record.action_check()
        self.assertEqual(record.state, "draft")
        checked = self._figures(record)
        self.assertEqual(
            checked, {"car": 2, "customer": 2, "visit": 3, "known": 1, "refused": 1}
        )
        self.assertFalse(self._car(GOOD[0]))
        record.action_start()
        self.assertEqual(self._figures(record), checked)

    def test_models_are_found_or_made(self):
        """R5.1: makes and models by their names; new ones where a make is named."""
        record = self._run(
            [
                ["沪Z00001", "testmobil", "SALOON"],
                ["沪Z00002", "Newmake", "New One"],
                ["沪Z00003", "Newmake", "new one"],
                ["沪Z00004", "", "Unheard Of"],
                ["沪Z00005", "Newmake", ""],
                ["沪Z00006", "", "Saloon"],
            ],
            header=["车牌号", "品牌", "车型"],
        )
        cars = self.env["service.vehicle"].search([("plate_key", "like", "沪Z0000")])
        self.assertEqual(cars[0].model_id, self.model)
        self.assertEqual(cars[1].model_id, cars[2].model_id)
        self.assertEqual(cars[1].model_id.name, "New One")
        self.assertFalse(cars[1].energy, "Odoo's default says electric")
        self.assertEqual(cars[3].brand_id.name, "Newmake")
        self.assertEqual(cars[4].model_id, self.model)
        self.assertIn("give the make", self._reasons(record)[5])

    def test_maintenance_counts_earlier_visits(self):
        """R5.1: work with the code of an operation here counts as done at the earlier visit."""
        header = ["VIN", "Date", "km", "Order No.", "Operation Code"]
        self._run([["LSVAL41Z882104202", "2025-01-02", "40000", "O-9", "BRK-F"]], header=header)
        order = self._new_order()
        done = order._get_last_done(order._get_car_history())
        day, km = done[self.operation]
        self.assertEqual((str(day), km), ("2025-01-02", 40000))

    def test_readings_never_fall(self):
        """R5.1: an older reading changes nothing; a later one goes on."""
        self.vehicle._record_odometer(60000, "manual")
        header = ["VIN", "Date", "km", "Order No."]
        vin = "LSVAL41Z882104202"
        self._run([[vin, "2020-01-02", "40000", "O-1"], [vin, "2020-01-02", "70000", "O-2"]],
                  header=header)
        self.assertEqual(self.vehicle.odometer, 60000, "an older visit can not know better")
        self._run([[vin, "65000"]], header=["VIN", "km"])
        self.assertEqual(self.vehicle.odometer, 65000)

    def test_files_that_are_none(self):
        """R5.1: an empty, damaged or old file is refused with what to do; nothing is made."""
        for content, words in (
            (b"\n", "empty"),
            (b"PK\x03\x04 broken", "damaged"),
            (b"\xd0\xcf\x11\xe0", "XLSX or CSV"),
            (b"Plate\n\xff\xff\xff", "encoding"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._import([], content=content)

    def test_only_a_header(self):
        """R5.1: a table without a row is done at once and has brought nothing."""
        record = self._import([])
        record.action_start()
        self.assertEqual((record.state, record.done_rows), ("done", 0))

    def test_rubbish_of_forty_columns(self):
        """R5.1: unknown columns are left out; without plate and VIN nothing starts."""
        header = [f"Column {n}" for n in range(40)]
        record = self._import([["x"] * 40], header=header)
        self.assertEqual(len(record.column_ids), 40)
        with self.assertRaisesRegex(UserError, "plate or the VIN"):
            record.action_start()
        record.column_ids[3].target = "plate"
        record.column_ids[4].target = "plate"
        with self.assertRaisesRegex(UserError, "Several columns"):
            record.action_start()
        record.column_ids[4].target = False
        record.action_start()
        self.assertEqual(self._figures(record), {"car": 1})

    def test_chinese_file_in_gbk(self):
        """R5.1: a table as Chinese systems save it."""
        text = "车牌号码;车架号;车主;手机号;进厂日期;进厂里程;维修内容\r\n"
        text += f"沪Z·00001;{GOOD[0]};王小明;138-1234-0001;2024年5月1日;2.5万公里;更换机油\r\n"
        record = self._import([], content=text.encode("gbk"))
        record.action_start()
        car = self._car(GOOD[0])
        self.assertEqual((car.owner_id.name, car.odometer), ("王小明", 25000))
        self.assertEqual(car.history_ids.work, "更换机油")

    def test_columns_show_as_soon_as_a_file_is_chosen(self):
        """R5.1: the form shows columns, first rows and meanings before anything is saved."""
        content = write_csv(["Plate", "Remark"], [["沪Z00001", "x"]])
        with Form(self.env["service.import"].with_user(self.manager)) as form:
            form.file = base64.b64encode(content).decode()
            self.assertEqual(len(form.column_ids), 2)
            with form.column_ids.edit(1) as column:
                column.target = "colour"
        record = form.record
        self.assertEqual(record.column_ids.mapped("target"), ["plate", "colour"])
        record.action_start()
        self.assertEqual(self._figures(record), {"car": 1})

    def test_steps_out_of_turn(self):
        """R5.1: an import is started once, kept afterwards, and its figures are not typed."""
        record = self._run([["沪Z00001", "", "", "", "", "", "", "", ""]])
        for step in (record.action_start, record.action_check, record.unlink):
            with self.assertRaises(UserError):
                step()
        with self.assertRaises(UserError):
            record.file = base64.b64encode(b"Plate\nX")
        with self.assertRaises(AccessError):
            record.car_count = 5
        with self.assertRaises(AccessError):
            self.vehicle.with_user(self.manager).import_id = record
        record.row_ids.check_access("read")
        with self.assertRaises(AccessError):
            self.env["service.import.row"].with_user(self.manager).create(
                {"import_id": record.id}
            )

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_managers_import(self):
        """R5.3: nobody else sees an import or its file; another company's manager neither."""
        record = self._run([["沪Z00001", "", "", "", "O-1", "2024-01-01", "", "", ""]])
        attachment = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", "service.import"), ("res_id", "=", record.id),
             ("res_field", "=", "file")])
        self.assertTrue(attachment)
        for user in (self.reception, self.advisor, self.technician, self.storekeeper):
            with self.assertRaises(AccessError):
                record.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["datas"])
            visit = self.env["service.history"].with_user(user).search([("number", "=", "O-1")])
            self.assertEqual(visit.vehicle_id.plate, "沪Z·00001")
            self.assertTrue(visit.read(["display_name", "work", "amount"]))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            record.with_user(self.manager).with_company(other).read(["name"])

    def test_cost_does_not_grow_with_the_rows(self):
        """R5.1: a batch asks the database as often for many rows as for few."""
        def rows(first, count):
            return [
                [f"沪Y{n:05}", "", f"Owner {n}", f"138{n:08}", f"N{n}", "2024-01-01", "1000",
                 "Oil", "5"]
                for n in range(first, first + count)
            ]

        self._run(rows(0, 3))
        counts = []
        for first, count in ((10, 4), (100, 40)):
            record = self._import(rows(first, count))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            record.action_start()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(record.visit_count, count)
        self.assertLessEqual(counts[1], counts[0] + 5, counts)


@tagged("post_install", "-at_install")
class TestImportTemplates(ServiceAdvisorCommon):
    def _load_template(self, model, label):
        """Import a template as the standard screen does, with the mapping it proposes."""
        with self.subTest(label):
            [template] = [
                t for t in self.env[model].get_import_templates() if t["label"] == label
            ]
            path = template["template"].lstrip("/")
            with file_open(path, "rb") as file:
                content = file.read()
            wizard = self.env["base_import.import"].create(
                {
                    "res_model": model,
                    "file": content,
                    "file_name": path.rpartition("/")[2],
                    "file_type": "application/vnd.openxmlformats-officedocument"
                    ".spreadsheetml.sheet",
                }
            )
            options = {"has_headers": True, "quoting": '"', "separator": ",",
                       "keep_matches": False, "advanced": True}
            preview = wizard.parse_preview(options)
            self.assertNotIn("error", preview)
            fields = [
                "/".join(preview["matches"].get(index, [])) or False
                for index in range(len(preview["headers"]))
            ]
            self.assertNotIn(False, fields, preview["headers"])
            result = wizard.execute_import(
                fields, preview["headers"], preview["options"] | {"has_headers": True}
            )
            self.assertFalse(result["messages"])
            return self.env[model].browse(result["ids"])

    def test_templates_import_as_they_are(self):
        """R5.1: the customers, then their cars with owner, odometer and dates."""
        customers = self._load_template(
            "res.partner", "Import Template for Customers with Vehicles"
        )
        cars = self._load_template("service.vehicle", "Import Template for Vehicles")
        self.assertEqual(cars.owner_id, customers)
        self.assertEqual(cars.mapped("odometer"), [35200, 81450])
        self.assertEqual(cars.odometer_ids.mapped("source"), ["import", "import"])
        self.assertEqual(str(cars[0].first_registration_date), "2021-03-15")
        self.assertEqual(str(cars[1].insurance_until), "2026-12-31")
