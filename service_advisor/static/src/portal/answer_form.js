import { addLoadingEffect } from "@web/core/utils/ui";
import { _t } from "@web/core/l10n/translation";
import { redirect } from "@web/core/utils/urls";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";
import { SignatureForm } from "@portal/signature_form/signature_form";

/**
 * The customer's signature under the answers to the jobs of the page. What the page asks of
 * each job stands in elements with `data-job`: radio buttons and, for a no, a reason and a day.
 */
export class ServiceAnswerForm extends SignatureForm {
    get sendLabel() {
        return _t("Send My Answer");
    }

    /** {job id: {answer, reason, followup_date}}, or the element of a job without an answer. */
    readAnswers() {
        const answers = {};
        for (const el of document.querySelectorAll(".o_service_answer[data-job]")) {
            const chosen = el.querySelector("input[type='radio']:checked");
            if (!chosen) {
                return { missing: el };
            }
            answers[el.dataset.job] = {
                answer: chosen.value,
                reason: el.querySelector("[name='reason']").value,
                followup_date: el.querySelector("[name='followup_date']").value,
            };
        }
        return { answers };
    }

    async onClickSubmit() {
        const { answers, missing } = this.readAnswers();
        if (missing) {
            this.state.error = _t("Please answer each job: yes, no or later.");
            missing.scrollIntoView({ block: "center" });
            return;
        }
        this.state.error = false;
        const button = this.rootRef.el.querySelector(".o_portal_sign_submit");
        const restore = addLoadingEffect(button);
        let data;
        try {
            data = await rpc(this.props.callUrl, {
                answers,
                name: this.signature.name,
                signature: this.signature.getSignatureImage().split(",")[1],
            });
        } catch {
            data = { error: _t("Your answer did not reach us. Please send it again.") };
        }
        if (data.redirect_url) {
            redirect(data.redirect_url);
            return new Promise(() => {}); // the page is left
        }
        restore();
        this.state.error = data.error;
    }
}

registry.category("public_components").add("service_advisor.answer_form", ServiceAnswerForm);
