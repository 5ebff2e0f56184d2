// Charts: every <figure data-chart> holds a table; it is drawn above it and the table folds away.
// The table stays for screen readers, for print without script, and for whoever wants the figures.
// Colours and size of type follow the page, so that the wall screen is dark and large. A bar leads where its number leads.
const style = getComputedStyle(document.documentElement);
const token = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
const INK = token("--ls-ink-2", "#4a5667"), LINE = token("--ls-line", "#d8dee7"), BLUE = token("--ls-chart-bar", "#1d4f91");
const PALE = token("--ls-chart-pale", "#9db9dc"), RED = token("--ls-red", "#9b1c1f");
const STACK = [BLUE, RED, PALE, INK];
const FONT = token("--ls-sans", "sans-serif");
const SIZE = Math.max(12, Math.round(parseFloat(style.fontSize) * 0.75));
const ROW = Math.round(SIZE * 2.8), PRINT_WIDTH = 640;
const drawn = new Set();

const text = (cell) => cell.textContent.trim();
const number = (cell) => (/^[-−]?[\d.]+$/.test(text(cell)) ? Number(text(cell).replace("−", "-")) : null);

function read(table) {
  const heads = [...table.tHead.rows[0].cells].map(text);
  const rows = [...table.tBodies[0].rows];
  return {
    names: rows.map((row) => text(row.cells[0])),
    series: heads.slice(1).map((name, place) => ({
      name,
      values: rows.map((row) => number(row.cells[place + 1])),
      links: rows.map((row) => row.cells[place + 1]?.querySelector("a")?.href),
    })),
  };
}

const words = { color: INK, fontFamily: FONT, fontSize: SIZE };
const category = (names) => ({ type: "category", data: names, axisLabel: { ...words, hideOverlap: true }, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } } });
const value = { type: "value", axisLabel: words, splitLine: { lineStyle: { color: LINE } } };

function bars({ names, series }, mark, lying) {
  const { values } = series[0];
  const data = values.map((number, place) => ({ value: number, itemStyle: { color: names[place] === mark ? RED : BLUE } }));
  const label = { show: true, position: lying ? "right" : "top", ...words, formatter: ({ value: number }) => (number ? String(number) : "") };
  const own = { type: "bar", data, label, barMaxWidth: lying ? 18 : 48 };
  const axis = category(names);
  if (!lying) return { grid: { left: 8, right: 8, top: 24, bottom: 8, containLabel: true }, xAxis: axis, yAxis: { ...value, minInterval: 1 }, series: [own] };
  const wide = { ...axis, inverse: true, axisLabel: { ...axis.axisLabel, width: SIZE * 12, overflow: "truncate" } };
  return { grid: { left: 8, right: 56, top: 8, bottom: 8, containLabel: true }, xAxis: value, yAxis: wide, series: [own] };
}

function stacked({ names, series }) {
  const own = series.map(({ name, values }, place) => ({ name, type: "bar", stack: "all", data: values, barMaxWidth: 48, itemStyle: { color: STACK[place % STACK.length] } }));
  return { grid: { left: 8, right: 8, top: 24, bottom: 8, containLabel: true }, xAxis: category(names), yAxis: { ...value, minInterval: 1 }, series: own };
}

function line({ names, series }) {
  const shown = series.slice(0, 2);
  const marks = (place) => ({ show: place === 0 && names.length <= 12, position: "top", ...words });
  return {
    grid: { left: 8, right: shown.length > 1 ? 88 : 24, top: 24, bottom: 8, containLabel: true },
    xAxis: category(names),
    yAxis: { ...value, scale: shown.length > 1 },
    series: shown.map(({ name, values }, place) => ({
      name, type: "line", data: values, symbolSize: 7, connectNulls: true, label: marks(place),
      lineStyle: { width: place ? 2 : 3, type: place ? "dashed" : "solid", color: place ? PALE : BLUE },
      itemStyle: { color: place ? PALE : BLUE },
      endLabel: { show: shown.length > 1, formatter: "{a}", ...words, color: place ? INK : BLUE },
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
  const kinds = { line, stacked };
  const option = kinds[kind] ? kinds[kind](found) : bars(found, figure.dataset.mark, kind === "bars");
  chart.setOption({ animation: false, ...option });
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const link = found.series[seriesIndex]?.links[dataIndex];
    if (link) window.location.assign(link);
  });
  new ResizeObserver(() => chart.resize()).observe(box);
  drawn.add(chart);
}

const drawAll = () => document.querySelectorAll("figure[data-chart]").forEach(draw);
drawAll();
document.addEventListener("htmx:afterSwap", drawAll);
window.addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize({ width: PRINT_WIDTH })));
window.addEventListener("afterprint", () => drawn.forEach((chart) => chart.resize({ width: "auto" })));
document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());
