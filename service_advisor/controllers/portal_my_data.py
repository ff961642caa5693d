from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import request, route


class ServicePortalMyData(CustomerPortal):
    """What the signed-in customer's data may be used for; every answer can be changed here.

    Looking changes nothing. An answer is a POST with the token of its form, about the customer's
    own record and nobody else's.
    """

    @route("/my/service-data", type="http", auth="user", website=True)
    def portal_my_data(self, **kwargs):
        """Show the customer what may be done with the data, purpose by purpose."""
        values = self._prepare_portal_layout_values() | self._prepare_my_data_values()
        values["is_saved"] = bool(kwargs.get("saved"))
        return request.render("service_advisor.portal_my_data", values)

    def _prepare_my_data_values(self):
        """Hook: return the values of the page."""
        partner = request.env.user.partner_id
        consents = partner._get_consents()
        return {
            "page_name": "service_my_data",
            "company": request.env.company,
            "consents": [
                {"purpose": purpose, "text": text, "answer": consents.get((partner.id, purpose))}
                for purpose, text in request.env["service.consent"]._get_texts().items()
            ],
            "consenting": {
                purpose
                for (_partner, purpose), consent in consents.items()
                if consent.state == "given" and consent.is_in_force
            },
        }

    @route(
        "/my/service-data/consent", type="http", auth="user", website=True, methods=["POST"]
    )
    def portal_answer_consent(self, purpose=None, answer=None, **kwargs):
        """Record what the customer answers for one purpose, in the words that were shown."""
        texts = request.env["service.consent"]._get_texts()
        if purpose not in texts or answer not in ("given", "no"):
            return request.redirect("/my/service-data")
        # A portal user may not write the own record; the answer is about nobody else's.
        partner = request.env.user.partner_id.sudo()
        state = answer
        if answer == "no":
            latest = partner._get_consents().get((partner.id, purpose))
            state = "withdrawn" if latest and latest.state == "given" else "refused"
        partner._record_consent(purpose, state, "portal", evidence=texts[purpose])
        return request.redirect("/my/service-data?saved=1")
