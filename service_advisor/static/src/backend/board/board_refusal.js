import { Component, useState } from "@odoo/owl";
import { RPCError } from "@web/core/network/rpc";
import { useAutofocus } from "@web/core/utils/hooks";

/** The words of the server why it refused, or null where it is another error. */
export function refusalOf(error) {
    const isRefusal = error instanceof RPCError &&
        error.exceptionName?.startsWith("odoo.exceptions.");
    return isRefusal ? error.data?.message || error.message : null;
}

/** Why it was refused, and for those who may: the reason for doing it anyway. */
export class ServiceBoardRefusal extends Component {
    static template = "service_advisor.BoardRefusal";
    static props = {
        message: String,
        onForce: { type: Function, optional: true },
        close: { type: Function, optional: true },
    };

    setup() {
        useAutofocus();
        this.state = useState({ isAsking: false, reason: "" });
    }

    ask() {
        this.state.isAsking = true;
    }

    force() {
        const reason = this.state.reason.trim();
        if (reason) {
            this.props.close?.();
            this.props.onForce(reason);
        }
    }
}
