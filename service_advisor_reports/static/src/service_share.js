import { registry } from "@web/core/registry";
import { formatFloat, formatPercentage } from "@web/views/fields/formatters";

/**
 * A share of records with an outcome. The server answers false where there are none: that is
 * no data, and must not be read as 0 %.
 */
export function formatServiceShare(value, options = {}) {
    if (value === false || value === null) {
        return "–";
    }
    // A clock that ran for a second makes no efficiency of a million per cent.
    return value > 9.995 ? `> ${formatPercentage(9.99)}` : formatPercentage(value, options);
}

registry.category("formatters").add("service_share", formatServiceShare);

/** The net promoter score: from -100 to 100, a number and no share. */
export function formatServiceScore(value) {
    return value === false || value === null ? "–" : formatFloat(value, { digits: [16, 0] });
}

registry.category("formatters").add("service_score", formatServiceScore);
