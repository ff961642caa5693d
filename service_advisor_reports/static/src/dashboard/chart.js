/* global Chart */
import {
    Component, onWillStart, onWillUnmount, useEffect, useExternalListener, useRef,
} from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor, getCustomColor } from "@web/core/colors/colors";
import { _t } from "@web/core/l10n/translation";
import { formatFigure } from "./figures";

// Lines are drawn over bars; where both have units, each has its own axis.
const ORDER = { line: 0, bar: 1 };

/**
 * Bars and lines by the chart library of the web client. On paper the colours are those of the
 * light theme, whatever the screen has.
 *
 * A series is ``{label, values, kind: "bar"|"line", unit, colors?, isDashed?}``; a value of null
 * is no data and leaves a gap.
 */
export class ServiceChart extends Component {
    static template = "service_advisor_reports.Chart";
    static props = {
        labels: Array,
        series: Array,
        title: { type: String, optional: true },
        currencyId: { type: [Number, Boolean], optional: true },
        onPoint: { type: Function, optional: true },
    };

    setup() {
        this.canvas = useRef("canvas");
        this.isPrinted = false;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.labels, this.props.series]
        );
        onWillUnmount(() => this.chart?.destroy());
        useExternalListener(window, "beforeprint", () => this.drawFor(true));
        useExternalListener(window, "afterprint", () => this.drawFor(false));
    }

    drawFor(isPrinted) {
        this.isPrinted = isPrinted;
        this.draw();
    }

    draw() {
        this.chart?.destroy();
        this.chart = new Chart(this.canvas.el, this.config);
    }

    // ---- what is drawn --------------------------------------------------------------------

    get scheme() {
        return this.isPrinted ? "light" : cookie.get("color_scheme");
    }

    get ink() {
        return {
            text: getCustomColor(this.scheme, "#111827", "#E4E4E4"),
            grid: getCustomColor(this.scheme, "rgba(0,0,0,.1)", "rgba(255,255,255,.15)"),
        };
    }

    /** The units in the order of the axes: the first stands left, the second right. */
    get units() {
        return [...new Set(this.props.series.map((one) => one.unit))];
    }

    axisOf(series) {
        return this.units.indexOf(series.unit) === 0 ? "y" : "y2";
    }

    get config() {
        const { labels, series, onPoint } = this.props;
        return {
            type: "bar",
            data: { labels, datasets: series.map((one, index) => this.getDataset(one, index)) },
            options: {
                responsive: true,
                maintainAspectRatio: false,
                animation: false,
                interaction: { mode: "nearest", intersect: true },
                onClick: (ev, [element]) => element && this.open(element),
                onHover: (ev, [element]) => {
                    ev.native.target.style.cursor = element && onPoint ? "pointer" : "";
                },
                plugins: {
                    legend: {
                        display: series.length > 1,
                        position: "bottom",
                        labels: {
                            color: this.ink.text,
                            boxWidth: 12,
                            // A small box is not drawn in dashes.
                            generateLabels: (chart) =>
                                Chart.defaults.plugins.legend.labels.generateLabels(chart)
                                    .map((label) => ({ ...label, lineDash: [] })),
                        },
                    },
                    tooltip: { callbacks: { label: (item) => this.describe(item) } },
                },
                scales: this.scales,
            },
        };
    }

    getDataset(series, index) {
        const color = series.color || getColor(index, this.scheme, "sm");
        const isLine = series.kind === "line";
        return {
            type: series.kind,
            label: series.label,
            // Small bars are drawn large enough to be hit; nothing is drawn as nothing.
            data: isLine ? series.values : series.values.map((value) => value || null),
            yAxisID: this.axisOf(series),
            order: ORDER[series.kind],
            backgroundColor: series.colors || color,
            borderColor: color,
            ...(isLine
                ? {
                    clip: 8, borderWidth: 2, tension: 0, fill: false,
                    pointRadius: series.isDashed ? 0 : 3,
                    pointHitRadius: series.isDashed ? 0 : 14, spanGaps: false,
                    borderDash: series.isDashed ? [6, 4] : [],
                }
                : { borderRadius: 4, maxBarThickness: 48, minBarLength: 2 }),
        };
    }

    get scales() {
        const { text, grid } = this.ink;
        const scales = {
            x: {
                ticks: { color: text, maxRotation: 60, callback: (_value, at) => this.cut(at) },
                grid: { display: false },
                border: { color: grid },
            },
        };
        this.units.slice(0, 2).forEach((unit, index) => {
            scales[index ? "y2" : "y"] = {
                beginAtZero: true,
                ...(unit === "percent" ? { max: 100 } : {}),
                position: index ? "right" : "left",
                ticks: {
                    color: text,
                    maxTicksLimit: 6,
                    ...(unit === "number" ? { precision: 0 } : {}),
                    callback: (value) => formatFigure(value, unit, this.props.currencyId, true),
                },
                grid: { color: grid, drawOnChartArea: !index },
                border: { color: grid },
            };
        });
        return scales;
    }

    /** Long names of operations would leave no room for the bars. */
    cut(index) {
        const label = String(this.props.labels[index] ?? "");
        return label.length > 18 ? `${label.slice(0, 17)}…` : label;
    }

    describe(item) {
        const series = this.props.series[item.datasetIndex];
        const value = formatFigure(item.raw, series.unit, this.props.currencyId);
        return `${series.label}: ${value}`;
    }

    /** What a reader without eyes on the picture gets. */
    get summary() {
        const { labels, series, currencyId } = this.props;
        const parts = series.map((one) => {
            const values = one.values.map((value, index) =>
                `${labels[index]} ${formatFigure(value, one.unit, currencyId)}`);
            return `${one.label}: ${values.join(", ")}`;
        });
        return parts.join("; ") || _t("No data");
    }

    open(element) {
        this.props.onPoint?.(element.datasetIndex, element.index);
    }
}
