/** R4.1: a phone call becomes a complaint, a call back stops its clock; a customer complains. */
import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_advisor_quality_complaint", {
    steps: () => [
        {
            content: "the customer calls about this visit",
            trigger: "button[name='action_complain']:enabled",
            run: "click",
        },
        {
            content: "write down the words",
            trigger: ".modal [name='description'] textarea",
            run: "edit It squeals again, and nobody listened",
        },
        { content: "record", trigger: ".modal button[name='action_record']", run: "click" },
        {
            content: "the clock runs",
            // a day within the second in which it was recorded, 23 h 59 min afterwards
            trigger: "[name='clock']:contains('First contact due in')",
        },
        {
            content: "call the customer",
            trigger: ".o_statusbar_buttons button[name='action_log_call'].btn-primary",
            run: "click",
        },
        {
            content: "what was said",
            trigger: ".modal [name='words'] textarea",
            run: "edit Apologised; comes in tomorrow",
        },
        { content: "log it", trigger: ".modal button[name='action_log']", run: "click" },
        {
            content: "the clock has stopped",
            trigger: "[name='clock']:contains('Contacted after')",
        },
        { content: "look at the contacts", trigger: "a[name='contacts']", run: "click" },
        { content: "it is in the log", trigger: "[name='contact_ids']:contains('Apologised')" },
    ],
});

registry.category("web_tour.tours").add("service_advisor_quality_complaint_portal", {
    steps: () => [
        { content: "not satisfied", trigger: "#complaint summary", run: "click" },
        {
            content: "what happened",
            trigger: "#complaint textarea[name='words']",
            run: "edit The seat is dirty",
        },
        {
            content: "send",
            trigger: "#complaint button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it has come in",
            trigger: ".o_service_complaint:contains('will contact you before')",
        },
        {
            content: "and can be read again",
            trigger: ".o_service_complaint:contains('The seat is dirty')",
        },
    ],
});
