/** R1.6: the customer's own page of the order, on a phone and by the link alone. */
import { registry } from "@web/core/registry";

function fitsThePhone() {
    if (document.documentElement.scrollWidth > window.innerWidth) {
        throw new Error("the page is wider than the phone");
    }
}

registry.category("web_tour.tours").add("service_advisor_portal_phone", {
    steps: () => [
        {
            content: "the page of the order fits the screen",
            trigger: ".o_service_order h2:contains('RO')",
            run: fitsThePhone,
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
            trigger: ".o_service_order a.list-group-item:contains('297.00')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the proposal with its lines",
            trigger: ".o_service_proposal .card:contains('Brake pads')",
        },
    ],
});

/** The card of the job with this text. */
const card = (text) => `.o_service_answer:contains('${text}')`;

function answer(text, value) {
    return {
        content: `${value}: ${text}`,
        trigger: `${card(text)} label[for$='_${value}']`,
        run: "click",
    };
}

/** C1 R1.6: the customer's side: answer job by job with a thumb, and sign. */
registry.category("web_tour.tours").add("service_advisor_proposal_phone", {
    steps: () => [
        {
            content: "the proposal fits the screen",
            trigger: ".o_service_proposal h2:contains('Our Proposal')",
            run: fitsThePhone,
        },
        { content: "what it costs", trigger: ".o_service_proposal .fs-3:contains('594.00')" },
        {
            content: "the signature is drawn from the name",
            trigger: "canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        answer("Knocking noise", "yes"),
        {
            content: "send it too early",
            trigger: "button.o_portal_sign_submit:enabled",
            run: "click",
        },
        {
            content: "each job needs an answer",
            trigger: ".o_portal_sign_error_msg:contains('each job')",
        },
        answer("Squeals when braking", "no"),
        {
            content: "say why not",
            trigger: `${card("Squeals when braking")} input[name='reason']`,
            run: "edit Next month",
        },
        {
            content: "send the answer",
            trigger: "button.o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the page says what was answered",
            trigger: ".alert-success:contains('we have your answer')",
        },
        {
            content: "it can not be answered again",
            trigger: ".o_service_proposal:not(:has(.o_portal_sign_submit))",
        },
    ],
});

/** C1 R1.6: the customer agrees to all of it. */
registry.category("web_tour.tours").add("service_advisor_c1_customer_phone", {
    steps: () => [
        answer("Knocks over bumps", "yes"),
        answer("Small service", "yes"),
        {
            content: "look at labour and parts",
            trigger: `${card("Small service")} summary`,
            run: "click",
        },
        { content: "the oil is there", trigger: `${card("Small service")}:contains('Engine oil')` },
        {
            content: "send the answer",
            trigger: "button.o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the page says what was answered",
            trigger: ".alert-success:contains('we have your answer')",
        },
    ],
});
