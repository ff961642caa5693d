import { Component } from "@odoo/owl";
import { formatFigure } from "./figures";

/** The figures of a chart, each with its records: for keyboards, readers and thumbs. */
export class ServiceChartTable extends Component {
    static template = "service_advisor_reports.ChartTable";
    static props = { chart: Object, currencyId: [Number, Boolean], onPoint: Function };

    format(series, index) {
        return formatFigure(series.values[index], series.unit, this.props.currencyId);
    }

    canOpen(series, index) {
        return series.values[index] !== null && Boolean(series.open[index]);
    }
}
