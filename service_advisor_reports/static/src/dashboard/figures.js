import { _t } from "@web/core/l10n/translation";
import { formatFloat, formatMonetary } from "@web/views/fields/formatters";

/**
 * A figure in words: no data is said, and never a 0.
 *
 * @param {number|null} value
 * @param {string} unit "percent" (0 to 100), "score", "number", "hours" or "money"
 * @param {number|boolean} [currencyId]
 * @param {boolean} [isShort] on an axis, where there is little room
 */
export function formatFigure(value, unit, currencyId = false, isShort = false) {
    if (value === null || value === undefined || value === false) {
        return _t("No data");
    }
    const isWhole = isShort || unit === "number" || Number.isInteger(value);
    const digits = [16, isWhole ? 0 : 1];
    const options = isShort && Math.abs(value) >= 1000 ? { humanReadable: true } : { digits };
    if (unit === "money") {
        return isShort ? formatFloat(value, options) : formatMonetary(value, { currencyId });
    }
    const text = formatFloat(value, unit === "hours" && isShort ? { digits: [16, 1] } : options);
    // A unit does not leave its number at the end of a line.
    return { percent: `${text}\u00a0%`, hours: `${text}\u00a0h` }[unit] || text;
}

/** A change against the period before, with its sign; shares change by points. */
export function formatChange(value, unit, currencyId) {
    const size = Math.abs(value);
    const text = unit === "percent"
        ? _t("%s points", formatFigure(size, "score"))
        : formatFigure(size, unit, currencyId);
    return `${value > 0 ? "+" : "−"}${text}`;
}

/** The lights, in words: a colour alone says nothing to whoever sees no colours. */
export const LIGHTS = {
    green: { word: _t("On target"), color: "success" },
    yellow: { word: _t("Close to target"), color: "warning" },
    red: { word: _t("Off target"), color: "danger" },
};
