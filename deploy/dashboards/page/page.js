// One page: asks Prometheus for every panel and shows what it says.

const PAGE = JSON.parse(document.getElementById("page").textContent);
const RANGES = {
  "15m": { seconds: 900, words: "the last 15 minutes" },
  "1h": { seconds: 3600, words: "the last hour" },
  "6h": { seconds: 21600, words: "the last 6 hours" },
  "1d": { seconds: 86400, words: "the last day" },
  "7d": { seconds: 604800, words: "the last 7 days" },
};
const WINDOW_S = 60, POINTS = 180, TIMEOUT_MS = 10000;

class Refused extends Error {}

const states = {}, drawn = {};
let alerts = { act: [], look: [] };
let latest = 0, lastGood = null;

async function ask(path, parameters) {
  const halt = new AbortController();
  const timer = setTimeout(() => halt.abort(), TIMEOUT_MS);
  try {
    const answer = await fetch("../api/v1/" + path + "?" + new URLSearchParams(parameters), { signal: halt.signal });
    const body = await answer.json();
    if (body.status !== "success") throw new Refused(body.error);
    return body.data;
  } finally {
    clearTimeout(timer);
  }
}

function timeShown() {
  const { seconds, words } = RANGES[document.querySelector("[name=range]:checked").value];
  const step = Math.max(5, Math.ceil(seconds / POINTS));
  const to = Math.floor(Date.now() / 5000) * 5;
  return { from: to - seconds, to, step, words, range: seconds + "s", window: Math.max(WINDOW_S, step) + "s" };
}

function filled(expr, shown) {
  return expr.replaceAll("$window", shown.window).replaceAll("$range", shown.range);
}

function named(legend, labels) {
  return legend.replace(/\{(\w+)\}/g, (_, label) => labels[label] ?? "");
}

async function numberOf(expr, shown) {
  const { result } = await ask("query", { query: filled(expr, shown), time: shown.to });
  return result.length ? Number(result[0].value[1]) : NaN;
}

async function linesOf(panel, shown) {
  const spans = { start: shown.from, end: shown.to, step: shown.step };
  const answers = await Promise.all(
    panel.lines.map((line) => ask("query_range", { query: filled(line.expr, shown), ...spans })),
  );
  const lines = answers.flatMap(({ result }, i) => result.map(({ metric, values }) => ({
    name: named(panel.lines[i].legend, metric),
    bad: panel.lines[i].bad,
    points: values.map(([at, value]) => [at, Number(value)]).filter((point) => Number.isFinite(point[1])),
  })));
  let nth = 0;
  for (const line of lines) line.nth = line.bad ? nth++ : 0;
  return lines.filter((line) => line.points.length);
}

// --- one panel --------------------------------------------------------------------------------------

function part(panel, selector) {
  return document.querySelector("#" + panel.key + " " + selector);
}

function showHeadline(panel, value, shown) {
  const known = Number.isFinite(value), { unit, caption, bounds } = panel.headline;
  const state = known ? stateOf(unit === "count" ? Math.round(value) : value, bounds) : "unknown";
  const [number, suffix = ""] = known ? asText(value, unit).split(THIN) : ["\u2013"];
  part(panel, ".headline b").textContent = number;
  part(panel, ".headline small").textContent = suffix;
  part(panel, ".headline span").textContent = caption.replace("{range}", shown.words);
  const chip = part(panel, ".state");
  chip.textContent = STATES[state];
  chip.className = "state " + state;
  states[panel.key] = state;
}

function showMessage(panel, title, words) {
  delete drawn[panel.key];
  part(panel, ".plot").replaceChildren(element("p", { class: "message" }, element("b", {}, title), " ", words));
  part(panel, ".legend").replaceChildren();
  part(panel, ".when").textContent = "";
}

function showLegend(panel, chart) {
  const items = chart.lines.map((line, index) => {
    const swatch = shape("svg", { viewBox: "0 0 26 10", "aria-hidden": "true" });
    swatch.append(shape("path", { class: "line " + pen(line, index), d: "M1 5h24" }));
    return element("li", {}, swatch, line.name, element("b", {}, ""));
  });
  part(panel, ".legend").replaceChildren(...items);
}

function showValues(panel, chart, at) {
  part(panel, ".legend").querySelectorAll("b").forEach((value, index) => {
    value.textContent = chart.valueAt(chart.lines[index], at ?? chart.shown.to);
  });
  const day = chart.shown.to - chart.shown.from > 86400 ? asDay(at) + ", " : "";
  part(panel, ".when").textContent = at === null ? "" : day + asTime(at, true);
  chart.point(at);
}

function showChart(panel, lines, shown) {
  drawn[panel.key] = () => showChart(panel, lines, shown);
  const chart = new Chart(panel, lines, shown), svg = chart.draw(part(panel, ".plot"));
  let at = null;
  const move = (to) => {
    at = to;
    showValues(panel, chart, at);
  };
  svg.addEventListener("pointermove", (event) => move(chart.nearest(event.clientX, svg)));
  svg.addEventListener("pointerleave", () => move(null));
  svg.addEventListener("blur", () => move(null));
  svg.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -shown.step, ArrowRight: shown.step }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(Math.min(shown.to, Math.max(shown.from, (at ?? shown.to) + by)));
  });
  showLegend(panel, chart);
  move(null);
}

async function showShards(panel, shown) {
  const { result } = await ask("query", { query: panel.lines[0].expr, time: shown.to });
  const ages = new Map(result.map(({ metric, value }) => [metric.service + " " + metric.shard, Number(value[1])]));
  const shards = [...new Set(result.map(({ metric }) => Number(metric.shard)))].sort((a, b) => a - b);
  if (!shards.length) return showMessage(panel, "No data yet.", panel.quiet);
  const groups = PAGE.workers.flatMap((service) => [
    element("h3", {}, service),
    element("ol", { class: "cells" }, ...shards.map((shard) => cell(panel, shard, ages.get(service + " " + shard)))),
  ]);
  part(panel, ".plot").replaceChildren(...groups);
}

function cell(panel, shard, age) {
  const state = age === undefined ? "" : stateOf(age, panel.bounds);
  const mark = state === "fine" || state === "" ? "" : STATES[state][0] + " ";
  const value = age === undefined ? "\u2013" : asText(age, "seconds");
  return element("li", { class: state }, element("span", { class: "number" }, "shard " + shard), mark + value);
}

async function showPanel(panel, shown, current) {
  try {
    const [value, lines] = await Promise.all([
      numberOf(panel.headline.expr, shown), panel.view === "shards" ? null : linesOf(panel, shown),
    ]);
    if (!current()) return;
    showHeadline(panel, value, shown);
    if (lines === null) await showShards(panel, shown);
    else if (lines.length) showChart(panel, lines, shown);
    else showMessage(panel, Number.isFinite(value) ? "Nothing to show." : "No data yet.", panel.quiet);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showHeadline(panel, NaN, shown);
    showMessage(panel, "Prometheus refuses this question.", error.message);
  }
}
