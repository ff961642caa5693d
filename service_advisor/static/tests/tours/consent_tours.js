/** R5.3 R5.4: the desk records that a customer agrees, and sales sees the phone from then on. */
import { registry } from "@web/core/registry";

const click = (content, trigger) => ({ content, trigger, run: "click" });
const ROW = ".modal .o_data_row:contains('car sales people')";

registry.category("web_tour.tours").add("service_advisor_record_consent", {
    steps: () => [
        click("the consents of the customer", "a[name='service_consents']"),
        click("record what the customer says", "button[name='action_record_consent']:enabled"),
        click("sales may get in touch", `${ROW} td[name='answer']`),
        click("yes", `${ROW} .o_selection_badge:contains('Given')`),
        {
            content: "how it was said",
            trigger: ".modal [name='evidence'] textarea",
            run: "edit Yes, they may call me",
        },
        click("record it", ".modal button[name='action_confirm']"),
        {
            content: "it stands on the customer",
            trigger: "body:not(:has(.modal)) [name='service_consent_ids'] "
                + ".o_data_row:contains('Yes, they may call me')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_sales_seat_masked", {
    steps: () => [
        {
            content: "whose car it is, is not shown",
            trigger: ".o_data_row:contains('Saloon'):contains('***19')",
        },
    ],
});

registry.category("web_tour.tours").add("service_advisor_sales_seat", {
    steps: () => [
        click("the car", ".o_data_row:contains('7319') td[name='model_id']"),
        {
            content: "the phone can be called",
            trigger: ".o_form_view [name='owner_phone'] a[href*='7319']",
        },
    ],
});
