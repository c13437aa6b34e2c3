// The page as a whole: the verdict, the alerts, when it is asked again, and what if nobody answers.

const REFRESH_MS = { "15m": 10000, "1h": 15000, "6h": 60000, "1d": 60000, "7d": 120000 };

async function showAlerts() {
  const { groups } = await ask("rules", { type: "alert" });
  const rules = groups.flatMap((group) => group.rules), active = rules.flatMap((rule) => rule.alerts);
  const firing = active.filter((alert) => alert.state === "firing");
  const urgent = (alert) => alert.labels.severity === "page";
  const names = (found) => [...new Set(found.map((alert) => alert.labels.alertname))];
  // One that would wake somebody in a minute already spoils the verdict: what is absent meets every target.
  const lookAt = active.filter((alert) => (alert.state === "firing") !== urgent(alert));
  alerts = { act: names(firing.filter(urgent)), look: names(lookAt) };
  const items = active.sort((a, b) => urgent(b) - urgent(a)).map(alertItem);
  if (!rules.length) items.push(element("li", { class: "look" }, "\u25b2 Prometheus has no alert rules."));
  else if (!active.length) items.push(element("li", {}, "None of the " + rules.length + " alerts fires."));
  document.getElementById("alerts").replaceChildren(...items);
}

function alertItem(alert) {
  const name = alert.labels.alertname, fires = alert.state === "firing";
  const state = !fires ? "" : alert.labels.severity === "page" ? "act" : "look";
  const mark = fires ? STATES[state][0] + " " : "";
  const since = element("time", {}, (fires ? "since " : "not yet firing, since ") + asTime(Date.parse(alert.activeAt) / 1000));
  const runbook = element("a", { href: "runbooks.html#" + name }, "What to do");
  return element("li", { class: state }, element("b", {}, mark + name), " ", alert.annotations.summary, " ", since, " ", runbook);
}

function showVerdict() {
  const panels = (state) => PAGE.panels.filter((panel) => states[panel.key] === state);
  const links = (state) => [
    ...alerts[state].map((name) => element("a", { href: "runbooks.html#" + name }, name)),
    ...panels(state).map((panel) => element("a", { href: "#" + panel.key }, panel.title)),
  ];
  const act = links("act"), look = links("look");
  const state = act.length ? "act" : look.length ? "look" : panels("fine").length ? "fine" : "";
  say(state, PAGE.verdicts[state || "unknown"], { act, look }[state]);
}

// Read out by a screen reader, so it is touched only when it changes.
function say(state, words, links = []) {
  const [before, after = ""] = words.split("{names}");
  const said = element("p", {}, before, ...links.flatMap((link, n) => (n ? [", ", link] : [link])), after);
  const verdict = document.getElementById("verdict");
  verdict.className = "verdict " + state;
  if (verdict.textContent !== said.textContent) verdict.replaceChildren(...said.childNodes);
}

function showStatus(good) {
  const status = document.getElementById("status");
  if (good) lastGood = Date.now() / 1000;
  status.className = good ? "status" : "status away";
  status.textContent = good
    ? "As of " + asTime(lastGood, true)
    : "\u25a0 " + (lastGood ? "What is shown is of " + asTime(lastGood, true) + "." : "Nothing can be shown.");
  for (const card of document.querySelectorAll(".card")) card.classList.toggle("old", !good);
  if (!good && lastGood === null) for (const panel of PAGE.panels) showMessage(panel, "Nobody answers.", "It is asked again by itself.");
}

async function refresh() {
  const mine = ++latest, current = () => mine === latest, shown = timeShown();
  const asked = [showAlerts(), ...PAGE.panels.map((panel) => showPanel(panel, shown, current))];
  const done = await Promise.allSettled(asked);
  if (!current()) return;
  const faults = done.filter((one) => one.status === "rejected");
  for (const fault of faults) console.warn(fault.reason);
  showStatus(!faults.length);
  if (faults.length) say("act", PAGE.verdicts.away);
  else showVerdict();
  again();
}

let timer = 0;

function again() {
  clearTimeout(timer);
  if (!document.getElementById("auto").checked || document.hidden) return;
  timer = setTimeout(refresh, REFRESH_MS[document.querySelector("[name=range]:checked").value]);
}

// The time shown stands in the address, so that a link or a reload shows the same; links between pages keep it.
function keepRange() {
  const range = document.querySelector("[name=range]:checked").value;
  history.replaceState(null, "", "?range=" + range + location.hash);
  for (const link of document.querySelectorAll("nav a")) link.search = "?range=" + range;
}

function start() {
  const range = new URLSearchParams(location.search).get("range");
  if (Object.hasOwn(RANGES, range ?? "")) document.querySelector("[name=range][value='" + range + "']").checked = true;
  keepRange();
  for (const input of document.querySelectorAll("[name=range]")) {
    input.addEventListener("change", () => {
      keepRange();
      refresh();
    });
  }
  document.getElementById("now").addEventListener("click", refresh);
  document.getElementById("auto").addEventListener("change", refresh);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  addEventListener("resize", () => Object.values(drawn).forEach((draw) => draw()));
  refresh();
}

start();
