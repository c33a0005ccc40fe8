"use strict";
/* Charts: each is drawn from its rows, those that its switches leave. */
isocost.charts = {
  figures: null,
  views: new Map(),

  config: {
    font: "system-ui, sans-serif",
    background: null,
    view: { stroke: null },
    axis: { domain: false, ticks: false, labelPadding: 6, titlePadding: 10, titleFontWeight: 500, labelFontSize: 12,
            titleFontSize: 12, labelColor: "#4b5563", titleColor: "#4b5563", gridColor: "#e5e7eb", labelLimit: 130 },
    axisY: { titleAnchor: "end", titleAngle: 0, titleAlign: "left", titleY: -14, titleX: -30 },
    legend: { orient: "bottom", labelFontSize: 12, symbolType: "circle", labelColor: "#4b5563", titleColor: "#4b5563",
              labelLimit: 220, columnPadding: 16, symbolBaseFillColor: "#6b7280",
              symbolBaseStrokeColor: "#6b7280" },
    range: {},
  },

  chosen(element) {
    const values = { ...isocost.charts.figures[element.dataset.figure].switches };
    for (const input of element.querySelectorAll("input:checked")) values[input.dataset.column] = input.value;
    return values;
  },

  /* Rows of one data set that have the chosen values; a column that it lacks chooses nothing away. */
  rows(columns, values) {
    const names = Object.keys(columns);
    const asked = Object.entries(values).filter(([name]) => name in columns);
    const kept = [];
    for (let place = 0; place < (names.length ? columns[names[0]].length : 0); place += 1) {
      if (asked.every(([name, value]) => columns[name][place] === value))
        kept.push(Object.fromEntries(names.map((name) => [name, columns[name][place]])));
    }
    return kept;
  },

  async draw(element) {
    const key = element.dataset.figure;
    const figure = isocost.charts.figures[key];
    const values = isocost.charts.chosen(element);
    const unit = figure.axis[values.unit] ?? "";
    const spec = JSON.parse(JSON.stringify(figure.spec).replaceAll("{unit}", unit));
    spec.datasets = {};
    for (const [name, columns] of Object.entries(figure.data)) spec.datasets[name] = isocost.charts.rows(columns, values);
    const place = element.querySelector(".chart");
    const narrow = place.clientWidth < 560;
    const config = structuredClone(isocost.charts.config);
    config.legend.columns = narrow ? 3 : 8;
    config.axis.labelLimit = narrow ? 90 : 200;
    isocost.charts.views.get(key)?.finalize();
    const drawn = await vegaEmbed(place, spec, {
      ast: true, renderer: "svg", actions: false, mode: "vega-lite", config, defaultStyle: false,
      tooltip: { theme: "custom", disableDefaultStyle: true },
      logLevel: 1, // errors alone: a layer without rows, as where no size overtakes another, is none
    });
    isocost.charts.views.set(key, drawn);
    element.querySelector("svg")?.setAttribute("aria-hidden", "true");
    element.dataset.drawn = JSON.stringify(values);
    if (element.querySelector("details.data").open) isocost.charts.list(element);
  },

  first(element) {
    const figure = isocost.charts.figures[element.dataset.figure];
    return isocost.charts.rows(Object.values(figure.data)[0], isocost.charts.chosen(element));
  },

  /* The rows of a chart as a table, for those who do not see it. */
  list(element) {
    const rows = isocost.charts.first(element);
    const table = document.createElement("table");
    const names = Object.keys(rows[0] ?? {}).filter((name) => name !== "order");
    const head = table.createTHead().insertRow();
    for (const name of names) head.append(Object.assign(isocost.made("th", name), { scope: "col" }));
    const body = table.createTBody();
    for (const row of rows.slice(0, 400)) {
      const line = body.insertRow();
      for (const name of names) {
        const value = row[name];
        const text = typeof value === "number" ? Number(value.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 }) : value ?? "";
        line.append(isocost.made("td", text, typeof value === "number" ? "n" : ""));
      }
    }
    const place = element.querySelector("details.data .scroll");
    place.replaceChildren(table);
    if (rows.length > 400) place.append(isocost.made("p", `${rows.length} rows; CSV has them all.`, "note"));
  },

  async save(element, kind) {
    const name = `isocost-${element.dataset.figure}`;
    if (kind === "csv") {
      const rows = isocost.charts.first(element);
      const names = Object.keys(rows[0] ?? {});
      isocost.save(`${name}.csv`, isocost.csv([names, ...rows.map((row) => names.map((one) => row[one]))]));
      return;
    }
    const view = isocost.charts.views.get(element.dataset.figure).view;
    view.background("white");
    if (kind === "svg") {
      isocost.save(`${name}.svg`, new Blob([await view.toSVG()], { type: "image/svg+xml" }));
    } else {
      const canvas = await view.toCanvas(2);
      canvas.toBlob((blob) => isocost.save(`${name}.png`, blob), "image/png");
    }
    view.background(null);
    await view.runAsync();
  },

  async start() {
    isocost.charts.figures = await isocost.unpack("data-figures");
    for (const element of document.querySelectorAll("figure[data-figure]")) {
      element.addEventListener("change", () => isocost.charts.draw(element));
      element.querySelector("details.data").addEventListener("toggle", (event) => {
        if (event.target.open) isocost.charts.list(element);
      });
      for (const button of element.querySelectorAll("button[data-save]"))
        button.addEventListener("click", () => isocost.charts.save(element, button.dataset.save));
    }
    await isocost.charts.drawShown();
  },

  /* Draw what is on the page now; what is hidden has no width yet, and waits. */
  async drawShown() {
    for (const element of document.querySelectorAll("figure[data-figure]:not([data-drawn])"))
      if (element.offsetParent !== null) await isocost.charts.draw(element);
  },
};
