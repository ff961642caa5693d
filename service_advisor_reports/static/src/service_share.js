import { registry } from "@web/core/registry";
import { formatPercentage } from "@web/views/fields/formatters";

/**
 * A share of records with an outcome. The server answers false where there are none: that is
 * no data, and must not be read as 0 %.
 */
export function formatServiceShare(value, options = {}) {
    return value === false || value === null ? "–" : formatPercentage(value, options);
}

registry.category("formatters").add("service_share", formatServiceShare);
