/** R1.6: the customer's own page of the order, on a phone and by the link alone. */
import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("service_advisor_portal_phone", {
    steps: () => [
        {
            content: "the page of the order fits the screen",
            trigger: ".o_service_order h2:contains('RO')",
            run() {
                if (document.documentElement.scrollWidth > window.innerWidth) {
                    throw new Error("the page is wider than the phone");
                }
            },
        },
        {
            content: "when the car is ready",
            trigger: ".o_service_order .card:contains('When is my car ready?') p.fs-4",
        },
        {
            content: "what is done and what it costs",
            trigger: ".o_service_order .card:contains('Squeals when braking'):contains('297.00')",
        },
        {
            content: "whom to ask",
            trigger: ".o_service_order .card:contains('Your service advisor'):contains('Advisor')",
        },
        {
            content: "open the proposal",
            trigger: ".o_service_order .list-group-item:contains('297.00') a",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the proposal with its lines",
            trigger: "#portal_sale_content:contains('Brake pads')",
        },
    ],
});
