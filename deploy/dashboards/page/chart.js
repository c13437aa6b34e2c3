// Line charts in SVG, drawn to the width there is.

const HEIGHT = 152, LEFT = 52, RIGHT = 8, TOP = 8, BOTTOM = 20;
const SVG = document.getElementById("svg").namespaceURI;

function shape(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// Told apart by colour and by dashes.
function pen(line, index) {
  return (line.bad ? "bad" : "c" + (index % 8)) + " d" + ((line.bad ? line.nth : index) % 4);
}

// A step of 1, 2 or 5 tens, so that about three of them fit.
function niceStep(top, whole) {
  const rough = top / 3.5;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= rough);
  return whole ? Math.max(1, Math.round(step)) : step;
}

// The times at which the axis is labelled.
function timeTicks(from, to, width) {
  const steps = [60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800];
  const most = Math.max(2, Math.floor(width / 80));
  const step = steps.find((s) => (to - from) / s <= most) || 604800;
  const shift = new Date(to * 1000).getTimezoneOffset() * 60;
  const ticks = [];
  for (let at = Math.ceil((from - shift) / step) * step + shift; at <= to; at += step) ticks.push(at);
  return { ticks, label: step >= 86400 ? asDay : asTime };
}

class Chart {
  // `shown`: from, to and step in seconds; `lines`: name, bad, points of [seconds, value].
  constructor(panel, lines, shown) {
    this.panel = panel;
    this.lines = lines;
    this.shown = shown;
    const values = lines.flatMap((line) => line.points.map((point) => point[1]));
    this.peak = Math.max(0, ...values);
    const bounds = panel.bounds ? [panel.bounds.watch, panel.bounds.act] : [];
    this.bounds = bounds.filter((bound) => !panel.bounds.falling && bound <= 1.7 * this.peak);
    this.top = Math.max(this.peak, ...this.bounds) * 1.08 || (bounds[0] ?? 1);
  }

  draw(host) {
    this.width = Math.max(240, host.clientWidth);
    const svg = shape("svg", {
      viewBox: "0 0 " + this.width + " " + HEIGHT, height: HEIGHT, role: "img", tabindex: "0",
      "aria-label": this.summary(),
    });
    this.drawGrid(svg);
    this.drawBounds(svg);
    this.lines.forEach((line, index) => this.drawLine(svg, line, index));
    this.cursor = svg.appendChild(shape("line", { class: "cursor", y1: TOP, y2: HEIGHT - BOTTOM, visibility: "hidden" }));
    const focused = host.contains(document.activeElement);
    host.replaceChildren(svg);
    if (focused) svg.focus();
    return svg;
  }

  x(at) {
    return LEFT + ((at - this.shown.from) / (this.shown.to - this.shown.from)) * (this.width - LEFT - RIGHT);
  }

  y(value) {
    return HEIGHT - BOTTOM - (Math.max(0, value) / this.top) * (HEIGHT - TOP - BOTTOM);
  }

  drawGrid(svg) {
    const unit = this.panel.unit, scale = scaleOf(unit, this.top), step = niceStep(this.top * scale.factor, unit === "count");
    for (let n = 0; n * step <= this.top * scale.factor * 1.001; n += 1) {
      const value = (n * step) / scale.factor, y = this.y(value);
      svg.append(shape("line", { class: "gridline", x1: LEFT, x2: this.width - RIGHT, y1: y, y2: y }));
      svg.append(shape("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, inScale(value, scale) + shortSuffix(scale)));
    }
    const { ticks, label } = timeTicks(this.shown.from, this.shown.to, this.width);
    for (const at of ticks) {
      const x = Math.min(this.width - RIGHT - 16, Math.max(LEFT + 10, this.x(at)));
      svg.append(shape("text", { x, y: HEIGHT - 5, "text-anchor": "middle" }, label(at)));
    }
  }

  drawBounds(svg) {
    for (const bound of this.bounds) {
      const y = this.y(bound), state = bound === this.panel.bounds.act ? "act" : "look";
      svg.append(shape("line", { class: "bound " + state, x1: LEFT, x2: this.width - RIGHT, y1: y, y2: y }));
    }
  }

  // A gap where Prometheus has nothing; a point alone is a dot.
  drawLine(svg, line, index) {
    let path = "", before = -Infinity;
    for (const [at, value] of line.points) {
      const joined = at - before <= this.shown.step * 1.5;
      path += (joined ? "L" : "M") + this.x(at).toFixed(1) + " " + this.y(value).toFixed(1);
      if (!joined) path += "h0.1";
      before = at;
    }
    svg.append(shape("path", { class: "line " + pen(line, index), d: path }));
  }

  valueAt(line, at) {
    const point = line.points.find((candidate) => Math.abs(candidate[0] - at) < this.shown.step / 2);
    return point === undefined ? "\u2013" : asText(point[1], this.panel.unit, this.top);
  }

  point(at) {
    const hidden = at === null;
    this.cursor.setAttribute("visibility", hidden ? "hidden" : "visible");
    if (hidden) return;
    this.cursor.setAttribute("x1", this.x(at));
    this.cursor.setAttribute("x2", this.x(at));
  }

  nearest(clientX, svg) {
    const box = svg.getBoundingClientRect();
    const share = ((clientX - box.left) * (this.width / box.width) - LEFT) / (this.width - LEFT - RIGHT);
    const { from, to, step } = this.shown;
    return from + Math.round((Math.min(1, Math.max(0, share)) * (to - from)) / step) * step;
  }

  summary() {
    const said = this.lines.map((line) => line.name + " " + this.valueAt(line, this.shown.to));
    return this.panel.title + ", " + this.shown.words + ". Last: " + said.join(", ") + ". Highest: " + asText(this.peak, this.panel.unit) + ".";
  }
}

function shortSuffix(scale) {
  return { "per second": "/s", "per minute": "/min", "per hour": "/h" }[scale.suffix.trim()] ?? scale.suffix;
}
