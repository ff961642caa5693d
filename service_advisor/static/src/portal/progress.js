import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { rpc } from "@web/core/network/rpc";

const REFRESH_MS = 60000;

/**
 * Keeps the progress of a car true while its customer looks at the page: asked for once a
 * minute, not at all while the page is hidden, and at once when it is shown again.
 */
export class ServiceProgress extends Interaction {
    static selector = ".o_service_progress";
    dynamicContent = {
        _document: { "t-on-visibilitychange": this.onVisibilityChange },
    };

    start() {
        const timer = setInterval(() => this.refresh(), REFRESH_MS);
        this.registerCleanup(() => clearInterval(timer));
    }

    onVisibilityChange() {
        return this.refresh();
    }

    async refresh() {
        if (document.hidden) {
            return;
        }
        let answer;
        try {
            answer = await this.waitFor(
                rpc(this.el.dataset.url, { access_token: this.el.dataset.token }, { silent: true })
            );
        } catch {
            return; // what was shown stays, with the time it was true; the next minute asks again
        }
        if (answer.html) {
            // The server escapes what people wrote; nothing in it is run.
            const page = new DOMParser().parseFromString(answer.html, "text/html");
            this.el.replaceChildren(...page.body.childNodes);
        }
    }
}

registry.category("public.interactions").add("service_advisor.progress", ServiceProgress);
