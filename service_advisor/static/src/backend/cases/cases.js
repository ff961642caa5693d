import { Component, onMounted, onWillStart, useRef, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { useDebounced } from "@web/core/utils/timing";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** Similar cases: what finished jobs tell about some words, or about the job one came from. */
export class ServiceCases extends Component {
    static template = "service_advisor.Cases";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.box = useRef("box");
        this.keepLast = new KeepLast();
        const kept = this.props.state || {};
        const { active_id, active_model } = this.props.action.context;
        const job = active_model === "service.job" && active_id;
        this.state = useState({
            jobId: kept.jobId || job || false,
            text: kept.text || "",
            sameModel: kept.sameModel || false,
            answer: null,
        });
        useSetupAction({
            getLocalState: () => {
                const { jobId, text, sameModel } = this.state;
                return { jobId, text, sameModel };
            },
        });
        this.onType = useDebounced((event) => this.ask({ text: event.target.value }), 300);
        onWillStart(async () => {
            this.isDesk = await user.hasGroup("service_advisor.group_reception");
            await this.ask();
        });
        onMounted(() => {
            if (!this.state.jobId && !this.env.isSmall) {
                this.box.el.focus();
            }
        });
    }

    get isAsked() {
        return Boolean(this.state.jobId || this.state.text.trim());
    }

    async ask(change = {}) {
        Object.assign(this.state, change);
        const { text, jobId, sameModel } = this.state;
        if (!this.isAsked) {
            this.state.answer = null;
            return;
        }
        this.state.answer = await this.keepLast.add(
            this.orm.call("service.case", "search_cases", [], {
                text, job_id: jobId, same_model: sameModel,
            })
        );
    }

    hours(value) {
        const minutes = Math.round(value * 60);
        return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    }

    open(id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "service.job",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("service_advisor.cases", ServiceCases);
