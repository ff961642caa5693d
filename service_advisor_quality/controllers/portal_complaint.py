from uuid import uuid4

from odoo import SUPERUSER_ID
from odoo.addons.service_advisor.controllers.portal import ServicePortal
from odoo.addons.service_advisor.tools.text import clean_text
from odoo.exceptions import AccessError, MissingError
from odoo.http import request, route
from odoo.tools import consteq
from odoo.tools.mimetypes import guess_mimetype

PHOTOS, PHOTO_SIZE = 10, 10 * 1024 * 1024
PHOTO_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")


class ServiceComplaintPortal(ServicePortal):
    """A customer complains on the page of the order, and sees what becomes of it.

    Looking changes nothing; what is sent is a POST with the token of its form, and counts once.
    """

    def _get_page_view_values(self, document, access_token, values, *args, **kwargs):
        """Give the page of an order a form to complain with, and the complaints about it."""
        values = super()._get_page_view_values(document, access_token, values, *args, **kwargs)
        if document._name == "service.order":
            Complaint = request.env["service.complaint"].with_user(SUPERUSER_ID)
            values["complaints"] = Complaint.search([("order_id", "=", document.id)])
            values["complaint_form_token"] = uuid4().hex
            values["complaint_failed"] = kwargs.get("complaint_failed")
        return values

    def _find_complaint(self, complaint_id, access_token):
        """Return the complaint (with all rights) whose link this is, or that is the signed-in
        customer's own; else an empty set, which tells nothing."""
        Complaint = request.env["service.complaint"].with_user(SUPERUSER_ID)
        complaint = Complaint.browse(complaint_id).exists()
        token = complaint.access_token
        given = clean_text(str(access_token or "")).encode()
        if token and consteq(token.encode(), given):
            return complaint
        user = request.env.user
        own = user.partner_id.commercial_partner_id
        customer = complaint.partner_id.commercial_partner_id
        if customer and not user._is_public() and customer == own:
            return complaint
        try:
            complaint.with_user(user).check_access("read")
        except AccessError:
            return complaint.browse()
        return complaint

    def _read_photos(self):
        """Return ``([(name, bytes)], whether one was left out)`` of what was sent."""
        photos, left_out = [], False
        for file in request.httprequest.files.getlist("photos"):
            if not file.filename:
                continue
            content = file.read(PHOTO_SIZE + 1)
            fits = len(content) <= PHOTO_SIZE and len(photos) < PHOTOS
            if fits and guess_mimetype(content) in PHOTO_TYPES:
                photos.append((clean_text(file.filename)[:100], content))
            else:
                left_out = True
        return photos, left_out

    @route(
        "/my/service-orders/<int:order_id>/complaint",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_complain(
        self, order_id, access_token=None, words=None, demand=None, form_token=None, **kwargs
    ):
        """Take a complaint about an order from its customer or whoever holds its link."""
        try:
            order = self._document_check_access("service.order", order_id, access_token)
        except (AccessError, MissingError, TypeError):
            # TypeError: a token with letters outside ASCII, which no token has.
            return request.redirect("/my")
        if not clean_text(words).strip() or not clean_text(form_token).strip():
            return request.redirect(
                order.get_portal_url(query_string="&complaint_failed=1", anchor="complaint")
            )
        photos, left_out = self._read_photos()
        complaint = request.env["service.complaint"].with_user(SUPERUSER_ID)
        complaint = complaint.with_context(lang=request.env.lang)._complain_on_portal(
            order, words, demand, form_token, photos
        )
        note = "&left_out=1" if left_out else "&sent=1"
        return request.redirect(complaint.get_portal_url(query_string=note))

    @route(
        "/my/service-complaints/<int:complaint_id>", type="http", auth="public", website=True
    )
    def portal_service_complaint(self, complaint_id, access_token=None, **kwargs):
        """Show one complaint to its customer, or to whoever holds its link."""
        complaint = self._find_complaint(complaint_id, access_token)
        if not complaint:
            return request.redirect("/my")
        values = self._prepare_portal_layout_values() | {
            "complaint": complaint.with_context(lang=request.env.lang),
            "sent": kwargs.get("sent"),
            "left_out": kwargs.get("left_out"),
            "write_failed": kwargs.get("write_failed"),
            "form_token": uuid4().hex,
            "page_name": "service_complaint",
            "no_breadcrumbs": True,
        }
        return request.render("service_advisor_quality.portal_service_complaint", values)

    @route(
        "/my/service-complaints/<int:complaint_id>/write",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
    )
    def portal_write(
        self, complaint_id, access_token=None, words=None, form_token=None, **kwargs
    ):
        """Take what a customer adds to a complaint; a form counts once."""
        complaint = self._find_complaint(complaint_id, access_token)
        if not complaint:
            return request.redirect("/my")
        if not clean_text(words).strip() or not clean_text(form_token).strip():
            return request.redirect(
                complaint.get_portal_url(query_string="&write_failed=1", anchor="write")
            )
        photos, left_out = self._read_photos()
        complaint._write_on_portal(words, form_token, photos)
        note = "&left_out=1" if left_out else "&sent=1"
        return request.redirect(complaint.get_portal_url(query_string=note))
