// Charts: every <figure data-chart> holds a table; it is drawn above it and the table folds away.
// The table stays for screen readers, for print without script, and for whoever wants the figures.
const INK = "#4a5667", LINE = "#d8dee7", BLUE = "#1d4f91", PALE = "#9db9dc", RED = "#9b1c1f";
const FONT = getComputedStyle(document.documentElement).getPropertyValue("--ls-sans") || "sans-serif";
const ROW = 34, PRINT_WIDTH = 640;
const drawn = new Set();

const text = (cell) => cell.textContent.trim();
const number = (cell) => (/^[-−]?[\d.]+$/.test(text(cell)) ? Number(text(cell).replace("−", "-")) : null);

function read(table) {
  const heads = [...table.tHead.rows[0].cells].map(text);
  const rows = [...table.tBodies[0].rows];
  return {
    names: rows.map((row) => text(row.cells[0])),
    series: heads.slice(1).map((name, place) => ({ name, values: rows.map((row) => number(row.cells[place + 1])) })),
  };
}

const words = { color: INK, fontFamily: FONT, fontSize: 12 };
const category = (names) => ({ type: "category", data: names, axisLabel: { ...words, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } } });
const value = { type: "value", axisLabel: words, splitLine: { lineStyle: { color: LINE } } };

function bars({ names, series }, mark, lying) {
  const { values } = series[0];
  const data = values.map((number, place) => ({ value: number, itemStyle: { color: names[place] === mark ? RED : BLUE } }));
  const label = { show: true, position: lying ? "right" : "top", ...words, formatter: ({ value: number }) => (number ? String(number) : "") };
  const own = { type: "bar", data, label, barMaxWidth: lying ? 18 : 48 };
  const axis = category(names);
  if (!lying) return { grid: { left: 8, right: 8, top: 24, bottom: 8, containLabel: true }, xAxis: axis, yAxis: { ...value, minInterval: 1 }, series: [own] };
  const wide = { ...axis, inverse: true, axisLabel: { ...axis.axisLabel, width: 150, overflow: "truncate" } };
  return { grid: { left: 8, right: 56, top: 8, bottom: 8, containLabel: true }, xAxis: value, yAxis: wide, series: [own] };
}

function line({ names, series }) {
  const shown = series.slice(0, 2);
  const marks = (place) => ({ show: place === 0 && names.length <= 12, position: "top", ...words });
  return {
    grid: { left: 8, right: 88, top: 24, bottom: 8, containLabel: true },
    xAxis: category(names),
    yAxis: { ...value, scale: true },
    series: shown.map(({ name, values }, place) => ({
      name, type: "line", data: values, symbolSize: 7, connectNulls: true, label: marks(place),
      lineStyle: { width: place ? 2 : 3, type: place ? "dashed" : "solid", color: place ? PALE : BLUE },
      itemStyle: { color: place ? PALE : BLUE },
      endLabel: { show: true, formatter: "{a}", ...words, color: place ? INK : BLUE },
    })),
  };
}

function draw(figure) {
  const table = figure.querySelector("table");
  if (!window.echarts || !table || figure.dataset.drawn) return;
  figure.dataset.drawn = "yes";
  const found = read(table);
  const box = document.createElement("div");
  box.className = "ls-chart-box";
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", `${text(figure.querySelector("figcaption"))}，数据见下表`);
  const kind = figure.dataset.chart;
  if (kind === "bars") box.style.height = `${found.names.length * ROW + 40}px`;
  figure.insertBefore(box, figure.querySelector("details"));
  figure.querySelector("details").open = false;
  const chart = window.echarts.init(box);
  chart.setOption({ animation: false, ...(kind === "line" ? line(found) : bars(found, figure.dataset.mark, kind === "bars")) });
  new ResizeObserver(() => chart.resize()).observe(box);
  drawn.add(chart);
}

const drawAll = () => document.querySelectorAll("figure[data-chart]").forEach(draw);
drawAll();
document.addEventListener("htmx:afterSwap", drawAll);
window.addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize({ width: PRINT_WIDTH })));
window.addEventListener("afterprint", () => drawn.forEach((chart) => chart.resize({ width: "auto" })));
document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());
