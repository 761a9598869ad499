// Draws each [data-chart] from the figure in its JSON block. Colours are written there as var(--token) and are
// read from the page, so that a chart follows the theme. Plotly runs under script-src and style-src 'self':
// its own sheets are replaced by css/components/chart.css (see docs/contributing/templates.md).
const CONFIG = { responsive: true, displayModeBar: false, displaylogo: false, scrollZoom: false, doubleClick: false };
const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

function colour(token) {
  probe.style.color = token;
  return getComputedStyle(probe).color;
}

function dressed(value) {
  if (typeof value === "string") return value.startsWith("var(--") ? colour(value) : value;
  if (Array.isArray(value)) return value.map(dressed);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, dressed(v)]));
  return value;
}

function layout(figure) {
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("var(--text-2)") };
  const hoverlabel = { bgcolor: colour("var(--text)"), bordercolor: colour("var(--text)"), font: { ...font, color: colour("var(--surface)") } };
  return { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font, hoverlabel, ...dressed(figure.layout) };
}

// Where bars are narrower than their names, every second or third name is enough.
function thinned(figure, width) {
  const axis = figure.layout.xaxis;
  if (!axis?.tickvals || width >= 46 * axis.tickvals.length) return figure;
  const every = Math.ceil((46 * axis.tickvals.length) / width);
  const keep = (_, index) => index % every === 0;
  const xaxis = { ...axis, tickvals: axis.tickvals.filter(keep), ticktext: axis.ticktext.filter(keep) };
  return { ...figure, layout: { ...figure.layout, xaxis } };
}

function draw(box) {
  const source = document.getElementById(box.dataset.chart);
  const figure = thinned(JSON.parse(source.textContent), box.clientWidth);
  if (!box.dataset.drawn) box.textContent = "";
  Plotly.react(box, dressed(figure.data), layout(figure), CONFIG);
  if (box.dataset.drawn) return;
  box.dataset.drawn = "yes";
  box.on("plotly_click", ({ points }) => {
    const target = points.map((point) => point.customdata).find((address) => address?.startsWith("/"));
    if (target) location.assign(target);
  });
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-image]");
  if (!button) return;
  const box = document.querySelector(`[data-chart="${CSS.escape(button.dataset.chartImage)}"]`);
  const background = { paper_bgcolor: colour("var(--surface)") };
  Plotly.relayout(box, background).then(() => Plotly.downloadImage(box, { format: "png", scale: 2, filename: button.dataset.name }));
});

let chosen;
addEventListener("beforeprint", () => {
  chosen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  drawAll();
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = chosen;
  drawAll();
});
document.addEventListener("bulkhead:theme", drawAll);
document.addEventListener("bulkhead:renewed", drawAll);
drawAll();
