/**
 * C2 R4.1 R4.2: a complaint after maintenance, from the call to its withdrawal: recorded at once,
 * reviewed with the technician, made good, called back, withdrawn.
 */
import { registry } from "@web/core/registry";

const click = (content, trigger, more = {}) => ({ content, trigger, run: "click", ...more });
const type = (content, trigger, text) => ({ content, trigger, run: `edit ${text}` });
const press = (name, scope = ".o_statusbar_buttons") =>
    click(name, `${scope} button[name='${name}']:enabled`);
const state = (label) => ({
    content: `the complaint is: ${label}`,
    trigger: `.o_statusbar_status button.o_arrow_button_current:contains('${label}')`,
});
const choose = (name, label) => [
    click(`open ${name}`, `.o_field_widget[name='${name}'] .o_select_menu_toggler`),
    click(label, `.o_select_menu_item:contains('${label}')`),
];
const pick = (name, text, label) => [
    type(`look for ${text}`, `.o_form_view .o_field_widget[name='${name}'] input`, text),
    click(`choose ${label}`, `.o-autocomplete--dropdown-item:contains('${label}')`),
];
const words = (text) =>
    type("in words", ".modal .o_field_widget[name='words'] textarea", text);
const closed = { content: "the dialog is closed", trigger: "body:not(:has(.modal))" };

/** The phone rings: recorded while the customer speaks, and the technician is asked. */
registry.category("web_tour.tours").add("service_advisor_c2_call", {
    steps: () => [
        type(
            "the customer's words",
            ".o_field_widget[name='description'] textarea",
            "The brakes squeal again"
        ),
        ...pick("vehicle_id", "a123", "沪A·12345"),
        {
            content: "the car brings its last visit",
            trigger: ".o_field_widget[name='partner_id'] input:value(Li Customer)",
        },
        ...choose("channel", "Phone"),
        click("save", ".o_form_button_save"),
        press("action_log_call"),
        words("We are sorry and look into it today"),
        press("action_log", ".modal footer"),
        closed,
        state("Contacted"),
        press("action_investigate"),
        state("Investigating"),
        click("the facts at a glance", ".o_notebook a[name='review']"),
        {
            content: "what was done, by whom",
            trigger: ".o_complaint_review:contains('Pads replaced'):contains('Technician')",
        },
        {
            content: "the technician is asked",
            trigger: "[name='statement_ids'] .o_data_row:contains('Technician')",
        },
    ],
});

/** What the technician says about it. */
registry.category("web_tour.tours").add("service_advisor_c2_statement", {
    steps: () => [
        click("what I am asked", ".o_kanban_record:contains('The brakes squeal again')"),
        { content: "my own work", trigger: ".o_complaint_review:contains('Pads replaced')" },
        type("what I did", ".o_field_widget[name='text'] textarea", "I fitted the old clips again"),
        press("action_give"),
        { content: "thank you", trigger: ".alert-success:contains('Given on')" },
    ],
});

/** Cause, remedy, call-back; the customer is satisfied and withdraws. */
registry.category("web_tour.tours").add("service_advisor_c2_end", {
    steps: () => [
        click("what caused it", ".o_notebook a[name='cause']"),
        ...choose("cause_kind", "Workmanship"),
        ...choose("verdict", "Justified"),
        ...pick("department_ids", "worksh", "Workshop"),
        type("the root", ".o_field_widget[name='root_cause'] textarea", "Old clips were used"),
        press("action_finish_analysis"),
        { content: "it is found", trigger: "button[name='action_propose'].btn-primary" },
        click("the solution", ".o_notebook a[name='solution']"),
        click("a remedy", "[name='remedy_ids'] .o_field_x2many_list_row_add a"),
        click("of which kind", ".o_selected_row [name='kind'] .o_select_menu_toggler"),
        click("a gift", ".o_select_menu_item:contains('Gift')"),
        type("what", ".o_selected_row [name='name'] input", "Free car wash"),
        press("action_propose"),
        press("action_told_by_phone", ".modal footer"),
        click("accepted", ".modal .o_field_widget[name='answer'] input[data-value='yes']"),
        press("action_confirm", ".modal footer"),
        closed,
        click("the gift is given", "[name='remedy_ids'] button[name='action_done']"),
        press("action_resolve"),
        state("Resolved"),
        press("action_call_back"),
        click("satisfied", ".modal input[data-value='withdrawn']"),
        words("All is well, I take it back"),
        press("action_confirm", ".modal footer"),
        closed,
        {
            content: "it is withdrawn and kept",
            trigger: ".alert:contains('All is well, I take it back')",
        },
    ],
});
