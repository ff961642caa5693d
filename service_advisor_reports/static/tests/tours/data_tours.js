/** R5.1: the advisor corrects customers and cars from the work list. */
import { registry } from "@web/core/registry";

const row = (text) => `.o_data_row:contains('${text}')`;

registry.category("web_tour.tours").add("service_advisor_reports_data", {
    steps: () => [
        {
            content: "my findings: the line with the wrong phone",
            trigger: `${row("Phone Not Valid")} td[name='fix_value']`,
            run: "click",
        },
        {
            content: "type the right number into the line",
            trigger: ".o_selected_row .o_field_widget[name='fix_value'] input",
            run: "edit +86 21 5550 1009",
        },
        {
            content: "save the line",
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            content: "it is done",
            trigger: `${row("Phone Not Valid")}.text-muted`,
        },
        {
            content: "the address has more than one field: a dialog",
            trigger: `${row("Address Incomplete")} button[name='action_correct']`,
            run: "click",
        },
        {
            content: "the street is missing",
            trigger: ".modal .o_field_widget[name='street'] input",
            run: "edit 2 Nanjing Road",
        },
        {
            content: "save the dialog",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "both are off the list",
            trigger: `body:not(:has(.modal)):not(:has(${row("Address Incomplete")})) ` +
                row("Plate Looks Odd"),
        },
        {
            content: "the plate is right as it is",
            trigger: `${row("Plate Looks Odd")} .o_list_record_selector input`,
            run: "click",
        },
        {
            content: "not to be fixed",
            trigger: ".o_control_panel button[name='action_dismiss']",
            run: "click",
        },
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit A veteran car",
        },
        {
            content: "set it aside",
            trigger: ".modal footer button[name='action_dismiss']",
            run: "click",
        },
        {
            content: "nothing is left",
            trigger: ".o_view_nocontent_smiling_face:contains('Nothing is missing')",
        },
    ],
});
