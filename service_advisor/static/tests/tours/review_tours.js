/** R6.1 R6.2: a technical meeting from the agenda to the verdict, and the quotation after it. */
import { registry } from "@web/core/registry";

const click = (content, trigger) => ({ content, trigger, run: "click" });
const type = (content, trigger, text) => ({ content, trigger, run: `edit ${text}` });
const press = (name, scope = ".o_statusbar_buttons") =>
    click(name, `${scope} button[name='${name}']:enabled`);
const next = (words) => ({
    content: `next: ${words}`,
    trigger: `.alert .o_field_widget[name='next_step']:contains('${words}')`,
});
const state = (label) => ({
    content: `it is: ${label}`,
    trigger: `.o_statusbar_status button.o_arrow_button_current:contains('${label}')`,
});

registry.category("web_tour.tours").add("service_advisor_review_ask", {
    steps: () => [
        next("ask for a technical review"),
        press("action_quote"),
        {
            content: "difficult work is not quoted",
            trigger: ".o_error_dialog .modal-body:contains('is difficult')",
        },
        click("read it", ".o_error_dialog footer button.btn-primary"),
        press("action_ask_review"),
        type("the question", ".modal [name='question'] textarea", "Can we do it here?"),
        press("action_confirm", ".modal footer"),
        next("Technical Lead: give the verdict"),
    ],
});

registry.category("web_tour.tours").add("service_advisor_review_meeting", {
    steps: () => [
        click("the agenda", ".o_notebook a[name='service_agenda']"),
        press("action_fill_agenda", ".o_notebook"),
        click("the review", ".o_data_row:contains('Can we do it here?') " +
            "button[name='action_open_review']"),
        type("what was found out", ".modal [name='findings'] textarea", "Yes, on the bench"),
        click("on a condition", ".modal .o_notebook a[name='conditions']"),
        click("add it", ".modal [name='condition_ids'] .o_field_x2many_list_row_add a"),
        type("what", ".modal .o_selected_row [name='name'] textarea", "Order the seal"),
        type("who", ".modal .o_selected_row [name='owner_id'] input", "test_advisor"),
        click("the advisor", ".o-autocomplete--dropdown-item:contains('Advisor')"),
        click("decide", ".modal .o_statusbar_buttons button[name='action_conditional']:enabled"),
        {
            content: "the agenda shows the verdict",
            trigger: "body:not(:has(.modal)) .o_data_row td[name='verdict']" +
                ":contains('Conditional')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_review_quote", {
    steps: () => [
        next("Order the seal"),
        click("the review", "button[name='action_view_reviews']"),
        click("its conditions", ".o_notebook a[name='conditions']"),
        click("it is met", ".o_data_row:contains('Order the seal') button[name='action_done']"),
        {
            content: "since now",
            trigger: ".o_data_row:contains('Order the seal') td[name='done_at']:not(:empty)",
        },
        click("back to the order", ".o_back_button"),
        press("action_quote"),
        state("Quoted"),
    ],
});
