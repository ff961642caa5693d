import { Component, useEffect } from "@odoo/owl";
import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * One box for cars and customers. What is chosen fills the form; what is not found stays as text,
 * and the server proposes it as plate, VIN, phone or name.
 */
export class ServiceArrivalSearch extends Component {
    static template = "service_advisor.ArrivalSearch";
    static components = { AutoComplete };
    static props = { ...standardFieldProps, placeholder: { type: String, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.isTyped = false;
        this.isChosen = false;
        useEffect(
            () => this.focusNext(),
            () => [this.props.record.data.vehicle_id.id, this.props.record.data.partner_id.id]
        );
        this.sources = [{ options: this.loadOptions.bind(this), optionSlot: "option" }];
    }

    get value() {
        const { data } = this.props.record;
        const found = data.vehicle_id || data.partner_id;
        return data[this.props.name] || (found ? found.display_name : "");
    }

    async loadOptions(text) {
        if (!text) {
            return [];
        }
        const found = await this.orm.call(this.props.record.resModel, "search_arrival", [text]);
        return [
            ...found.vehicles.map((car) => this.makeOption("fa-car", car, () =>
                this.choose({ vehicle_id: { id: car.id, display_name: car.label } })
            )),
            ...found.customers.map((customer) => this.makeOption("fa-user", customer, () =>
                this.choose({ partner_id: { id: customer.id, display_name: customer.label } })
            )),
            this.makeOption("fa-plus", { label: _t("New: %s", text), hint: "" }, () =>
                this.keepText(text)
            ),
        ];
    }

    makeOption(icon, { label, hint }, onSelect) {
        return { label, onSelect, data: { icon, hint }, cssClass: "o_service_arrival_option" };
    }

    /** What an earlier search left; what is empty is not sent, so the server may fill it. */
    forget() {
        const { data } = this.props.record;
        const left = ["vehicle_id", "partner_id", "is_new_customer"].filter((name) => data[name]);
        return Object.fromEntries(left.map((name) => [name, false]));
    }

    choose(values) {
        this.isTyped = false;
        this.isChosen = true;
        return this.props.record.update({ ...this.forget(), ...values, [this.props.name]: false });
    }

    /** Once the car is known its odometer is read; of a known customer the new car is. */
    focusNext() {
        if (this.isChosen) {
            this.isChosen = false;
            const name = this.props.record.data.vehicle_id ? "odometer_in" : "plate";
            const form = this.input?.closest(".o_form_view");
            form?.querySelector(`.o_field_widget[name='${name}'] input`)?.focus();
        }
    }

    keepText(text) {
        this.isTyped = false;
        if (text !== this.value) {
            return this.props.record.update({ ...this.forget(), [this.props.name]: text });
        }
    }

    onFocus(ev) {
        this.input = ev.target;
    }

    onInput() {
        this.isTyped = true;
    }

    onBlur({ inputValue }) {
        // What was chosen from the list stays chosen, whatever was typed to find it.
        const text = inputValue.trim();
        if (text && this.isTyped) {
            this.keepText(text);
        }
    }
}

registry.category("fields").add("service_arrival_search", {
    component: ServiceArrivalSearch,
    supportedTypes: ["char"],
    extractProps: ({ placeholder }) => ({ placeholder }),
});

/** Known customers whom phone or name may mean, told apart by phone and number of cars. */
export class ServiceCustomerChoice extends Component {
    static template = "service_advisor.CustomerChoice";
    static props = { ...standardFieldProps };

    get options() {
        return this.props.record.data[this.props.name] || [];
    }

    get chosenId() {
        return this.props.record.data.partner_id.id;
    }

    get isNew() {
        return this.props.record.data.is_new_customer;
    }

    choose({ id, label }) {
        return this.props.record.update({
            is_new_customer: false, partner_id: { id, display_name: label },
        });
    }

    chooseNew() {
        return this.props.record.update({ is_new_customer: true, partner_id: false });
    }
}

registry.category("fields").add("service_customer_choice", {
    component: ServiceCustomerChoice,
    supportedTypes: ["json"],
});
