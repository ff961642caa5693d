/** R1.3: suggested work on the order, and the symptom guide on a phone. */
import { registry } from "@web/core/registry";

const SUGGESTIONS = ".o_field_widget[name='open_suggestion_ids']";
const CAUSES = ".o_field_widget[name='cause_ids'] .o_kanban_record";
const JOBS = ".o_field_widget[name='job_ids']";

registry.category("web_tour.tours").add("service_advisor_suggestions", {
    steps: () => [
        {
            content: "the danger stands on top",
            trigger: ".alert-danger:contains('must not be driven')",
        },
        {
            content: "add the due work with one click",
            trigger: `${SUGGESTIONS} .o_data_row:contains('Oil change') button[name='action_add']`,
            run: "click",
        },
        { content: "it is a job", trigger: `${JOBS} .o_data_row:contains('Oil change')` },
        {
            content: "and no longer suggested",
            trigger: `${SUGGESTIONS}:not(:contains('Oil change'))`,
        },
        {
            content: "the customer refuses the recall",
            trigger: `${SUGGESTIONS} .o_data_row:contains('Airbag') button[name='action_dismiss']`,
            run: "click",
        },
        {
            content: "write down why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Has it done at home",
        },
        {
            content: "keep the reason",
            trigger: ".modal button[name='action_confirm']",
            run: "click",
        },
        {
            content: "nothing is left",
            trigger: ".o_form_view:not(:has(.modal)) [name='suggestions']:contains('none')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_symptom_phone", {
    steps: () => [
        {
            content: "open the first question",
            trigger: ".o_kanban_record:contains('From which wheels?')",
            run: "click",
        },
        {
            content: "tap the answer",
            trigger: ".modal .o_selection_badge:contains('Front')",
            run: "click",
        },
        {
            content: "keep it",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "the cause it points to is marked at once",
            trigger: `${CAUSES}:has(.text-success):contains('Front pads worn')`,
        },
        {
            content: "propose it",
            trigger: `${CAUSES}:contains('Front pads worn') button[name='action_propose']`,
            run: "click",
        },
        {
            content: "saved, it stands first, and it is on the order",
            trigger: `${CAUSES}:first:contains('Front pads worn')` +
                ":not(:has(button[name='action_propose']))",
        },
    ],
});
