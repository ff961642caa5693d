/** R5.1: the history of a car, read and filtered on a phone. */
import { registry } from "@web/core/registry";

const row = (kind, text) =>
    `.o_service_timeline_row[data-kind='${kind}']:contains('${text}')`;

registry.category("web_tour.tours").add("service_advisor_timeline", {
    steps: () => [
        {
            content: "what was done is there at once",
            trigger: row("visit", "Pads replaced"),
        },
        {
            content: "so is what was declined",
            trigger: row("deferred", "Replace front brake pads"),
        },
        {
            content: "only what was declined",
            trigger: ".o_service_timeline_kinds button[data-kind='deferred']",
            run: "click",
        },
        {
            content: "the visits are gone",
            trigger: ".o_service_timeline:not(:has([data-kind='visit'].o_service_timeline_row))",
        },
        { content: "all again", trigger: ".o_service_timeline_kinds button:contains('All')",
            run: "click" },
        {
            content: "a word that is in one visit",
            trigger: ".o_service_timeline_search",
            run: "edit stabiliser",
        },
        {
            content: "only that one",
            trigger: ".o_service_timeline:not(:contains('Pads replaced')) "
                + row("visit", "Stabiliser link replaced"),
        },
        {
            content: "open it",
            trigger: `${row("visit", "Stabiliser")} a.o_service_timeline_open`,
            run: "click",
        },
        { content: "the order is open", trigger: ".o_form_view .o_statusbar_status" },
    ],
});
