import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A level in percent that a thumb sets: fuel or battery at the check-in. */
export class ServiceLevelField extends Component {
    static template = "service_advisor.LevelField";
    static props = { ...standardFieldProps };
    static marks = [10, 25, 50, 75, 100];

    get value() {
        return this.props.record.data[this.props.name] || 0;
    }

    get marks() {
        return this.constructor.marks;
    }

    set(value) {
        return this.props.record.update({ [this.props.name]: value });
    }

    onChange(ev) {
        return this.set(Number(ev.target.value));
    }
}

registry.category("fields").add("service_level", {
    component: ServiceLevelField,
    supportedTypes: ["integer"],
    isEmpty: () => false,
});
