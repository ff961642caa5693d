/** R4.4: the caller works off today's calls. */
import { registry } from "@web/core/registry";

function press(button) {
    return {
        content: button,
        trigger: `.o_statusbar_buttons button[name='${button}']:enabled`,
        run: "click",
    };
}

function customer(name) {
    return {
        content: `the call is to ${name}`,
        trigger: `.o_form_view .o_field_widget[name='partner_id'] input:value(${name}), ` +
            `.o_form_view .o_field_widget[name='partner_id']:contains(${name})`,
    };
}

registry.category("web_tour.tours").add("service_advisor_quality_calls", {
    steps: () => [
        {
            content: "open the first call",
            trigger: ".o_data_row:contains('Ann Away') td[name='kind']",
            run: "click",
        },
        customer("Ann Away"),
        {
            content: "the number can be dialled",
            trigger: ".o_field_widget[name='partner_phone'] a[href^='tel:']",
        },
        press("action_no_answer"),
        customer("Ben Bitter"),
        {
            content: "satisfaction: 1",
            trigger: ".o_field_widget[name='csat'] .o_radio_item:contains('1') input",
            run: "click",
        },
        {
            content: "the customer's words",
            trigger: ".o_field_widget[name='words'] textarea",
            run: "edit The brakes squeal again",
        },
        press("action_done"),
        customer("Cem Coming"),
        press("action_book"),
        {
            content: "the appointment is a service order",
            trigger: ".o_form_view .o_field_widget[name='appointment_at']",
        },
        {
            content: "back to the call",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "the order is linked",
            trigger: ".o_form_view button[name='action_view_result']:contains('RO')",
        },
        press("action_done"),
        {
            content: "no call is left",
            trigger: ".o_view_nocontent_smiling_face:contains('No call is left')",
        },
    ],
});
