// Numbers and times as people read them.
"use strict";

const THIN = "\u202f";

// By what to multiply a number of this unit, and what to write after it, so that `top` reads well.
function scaleOf(unit, top) {
  if (unit === "share") return { factor: 100, suffix: THIN + "%" };
  if (unit === "count") return { factor: 1, suffix: "" };
  const steps = unit === "seconds"
    ? [[1, 1000, "ms"], [120, 1, "s"], [7200, 1 / 60, "min"], [172800, 1 / 3600, "h"], [Infinity, 1 / 86400, "d"]]
    : [[0.5 / 60, 3600, "per hour"], [0.5, 60, "per minute"], [Infinity, 1, "per second"]];
  const found = top === 0 ? (unit === "seconds" ? steps[1] : steps[2]) : steps.find(([below]) => top < below);
  return { factor: found[1], suffix: THIN + found[2] };
}

function inScale(value, scale) {
  const scaled = value * scale.factor;
  const rounded = scale.suffix === "" && Math.abs(scaled) >= 1 ? Math.round(scaled) : Number(scaled.toPrecision(3));
  return rounded.toLocaleString("en", { maximumFractionDigits: 20 });
}

// `top` is the greatest of the numbers that stand together, so that all of them have one scale.
function asText(value, unit, top = Math.abs(value)) {
  if (unit === "count") value = Math.round(value);
  const scale = scaleOf(unit, unit === "seconds" ? Math.abs(value) : top);
  return inScale(value, scale) + scale.suffix;
}

function asTime(seconds, withSeconds = false) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (withSeconds) options.second = "2-digit";
  return new Date(seconds * 1000).toLocaleTimeString("en-GB", options);
}

function asDay(seconds) {
  return new Date(seconds * 1000).toLocaleDateString("en-GB", { weekday: "short", day: "numeric" });
}

// The state of a number: "" where it has no target.
function stateOf(value, bounds) {
  if (!bounds || !Number.isFinite(value)) return "";
  const passed = (bound) => (bounds.falling ? value < bound : value >= bound);
  return passed(bounds.act) ? "act" : passed(bounds.watch) ? "look" : "fine";
}

const STATES = { fine: "\u25cf fine", look: "\u25b2 look", act: "\u25a0 act", "": "no target", unknown: "no data" };

// An element; texts go in as text, never as markup.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
