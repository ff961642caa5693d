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
    const digits = [16, isShort || unit === "number" ? 0 : 1];
    const options = isShort && Math.abs(value) >= 1000 ? { humanReadable: true } : { digits };
    if (unit === "money") {
        return isShort ? formatFloat(value, options) : formatMonetary(value, { currencyId });
    }
    const text = formatFloat(value, unit === "hours" && isShort ? { digits: [16, 1] } : options);
    return { percent: `${text} %`, hours: `${text} h` }[unit] || text;
}

/** A change against the period before, with its sign; "±0" where there is none. */
export function formatChange(value, unit, currencyId) {
    const text = formatFigure(Math.abs(value), unit, currencyId);
    const shown = unit === "percent" ? text.replace(" %", "") : text;
    const points = unit === "percent" ? _t("%s points", shown) : shown;
    return `${value > 0 ? "+" : value < 0 ? "−" : "±"}${points}`;
}

/** The lights, in words: a colour alone says nothing to whoever sees no colours. */
export const LIGHTS = {
    green: { word: _t("On target"), color: "success" },
    yellow: { word: _t("Close to target"), color: "warning" },
    red: { word: _t("Off target"), color: "danger" },
};
