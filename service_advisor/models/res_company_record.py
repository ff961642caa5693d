from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Hosts that may be called without encryption: nothing leaves the machine.
LOCAL_HOSTS = ("localhost", "127.0.0.1")
ADMINISTRATORS = "base.group_system"


class ResCompany(models.Model):
    """Where this company uploads its electronic health records to; nowhere by default."""

    _inherit = "res.company"

    service_record_upload = fields.Boolean(
        "Upload Health Records",
        help="Records of cars that are handed over from now on are uploaded to the authority.",
    )
    service_record_url = fields.Char(
        "Address of the Service",
        groups=ADMINISTRATORS,
        help="Given by the authority of the province; begins with https://.",
    )
    service_record_token = fields.Char(
        "Access Token", groups=ADMINISTRATORS, help="Given by the authority of the province."
    )

    @api.constrains("service_record_upload", "service_record_url")
    def _check_service_record_url(self):
        # Who switches it on may not be the one who may read the address.
        for company in self.sudo():
            parts = urlsplit(company.service_record_url or "")
            is_local = parts.scheme == "http" and parts.hostname in LOCAL_HOSTS
            is_sound = bool(parts.hostname) and (parts.scheme == "https" or is_local)
            if (company.service_record_url and not is_sound) or (
                company.service_record_upload and not company.service_record_url
            ):
                raise ValidationError(
                    self.env._(
                        "%(company)s: health records are uploaded to an address that begins with "
                        "https:// only. Enter the one the authority has given you.",
                        company=company.name,
                    )
                )
