import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A number that opens the records it was counted from, in a table or on a card. */
export class ServiceOpenField extends Component {
    static template = "service_advisor_reports.OpenField";
    static props = { ...standardFieldProps, method: String };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get text() {
        return this.props.record.data[this.props.name] || "";
    }

    get title() {
        return _t("Open the records");
    }

    async onClick() {
        const { resModel, resId } = this.props.record;
        this.action.doAction(await this.orm.call(resModel, this.props.method, [[resId]]));
    }
}

registry.category("fields").add("service_open", {
    component: ServiceOpenField,
    supportedTypes: ["char"],
    extractProps: ({ options }) => ({ method: options.method }),
});
