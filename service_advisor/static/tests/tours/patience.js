/** Our tours wait a minute for each step, as nothing is measured: a busy machine is no failure. */
import { registry } from "@web/core/registry";

const MINUTE = 60000;
const tours = registry.category("web_tour.tours");

function wait(name, tour) {
    if (name.startsWith("service_advisor")) {
        tour.timeout = MINUTE;
    }
}

// Whichever of the files was read first.
for (const [name, tour] of tours.getEntries()) {
    wait(name, tour);
}
tours.addEventListener("UPDATE", ({ detail: { operation, key, value } }) => {
    if (operation === "add") {
        wait(key, value);
    }
});
