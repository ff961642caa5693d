import { Component } from "@odoo/owl";
import { formatFloat } from "@web/views/fields/formatters";
import { parseFloat } from "@web/views/fields/parsers";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The number of a measurement, typed into the card of the item without opening it. */
export class ServiceMeasureField extends Component {
    static template = "service_advisor_quality.MeasureField";
    static props = { ...standardFieldProps };

    setup() {
        this.notification = useService("notification");
    }

    /** A number that was not taken is empty, not 0. */
    get text() {
        const { data } = this.props.record;
        return data.is_measured
            ? formatFloat(data[this.props.name], { trailingZeros: false })
            : "";
    }

    async onChange(ev) {
        const { value } = ev.target;
        if (!value.trim()) {
            ev.target.value = this.text;
            return;
        }
        let number;
        try {
            number = parseFloat(value);
        } catch {
            ev.target.value = this.text;
            this.notification.add(_t("%s is no number.", value), { type: "danger" });
            return;
        }
        await this.props.record.update({ [this.props.name]: number, is_measured: true });
    }
}

registry.category("fields").add("service_measure", {
    component: ServiceMeasureField,
    supportedTypes: ["float"],
    isEmpty: () => false,
    fieldDependencies: [{ name: "is_measured", type: "boolean" }],
});
