/** Charts in SVG: bars of unsigned 64-bit counts, and a line of rates. */

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 58;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 22;
const STEPS = [1n, 2n, 5n];

function element(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  parent?.append(made);
  return made;
}

function text(content, attributes, parent) {
  element("text", attributes, parent).textContent = content;
}

/** The least of 1, 2, 5, 10, 20, ... that four steps of reach a count. */
function step(max) {
  for (let power = 1n; ; power *= 10n) {
    for (const digit of STEPS) {
      if (digit * power * 4n >= max) {
        return digit * power;
      }
    }
  }
}

function short(value) {
  const units = ["", "k", "M", "G", "T", "P", "E"];
  let unit = 0;
  while (value >= 1000n && unit < units.length - 1 && value % 1000n === 0n) {
    value /= 1000n;
    unit++;
  }
  return value.toString() + units[unit];
}

/**
 * Draws bars, a { label, value } each with a BigInt; the reader is told the one that is pointed at or, with the arrow
 * keys, gone to.
 */
export function bars(container, rows, title, onRead) {
  const width = Math.max(300, container.clientWidth);
  const height = 230;
  const svg = element("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img", tabindex: "0",
    "aria-label": `${title}. Left and right arrow keys read single values; a table follows.`,
  });
  const max = rows.reduce((most, row) => (row.value > most ? row.value : most), 1n);
  const unit = step(max);
  const ceiling = ((max + unit - 1n) / unit) * unit;
  const plot = height - TOP - BOTTOM;
  const y = (value) => TOP + plot - (Number((value * 100000n) / ceiling) / 100000) * plot;
  for (let value = 0n; value <= ceiling; value += unit) {
    element("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }, svg);
    text(short(value), { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, svg);
  }
  const slot = (width - LEFT - RIGHT) / rows.length;
  const every = Math.ceil(rows.length / Math.max(2, Math.floor((width - LEFT) / 80)));
  const groups = rows.map((row, i) => {
    const group = element("g", {}, svg);
    const x = LEFT + i * slot;
    const barTop = row.value === 0n ? y(0n) : Math.min(y(row.value), y(0n) - 1.5);
    element("rect", {
      class: "bar", x: x + slot * 0.12, width: slot * 0.76, y: barTop, height: Math.max(0, y(0n) - barTop),
    }, group);
    element("rect", { class: "hit", x, width: slot, y: TOP, height: plot }, group);
    if (i % every === 0 && x + slot / 2 + 34 < width) {
      text(row.label, { x: x + slot / 2, y: height - 6, "text-anchor": "middle" }, svg);
    }
    group.addEventListener("pointerenter", () => read(i));
    return group;
  });
  let current = -1;
  function read(i) {
    groups[current]?.classList.remove("now");
    current = i;
    groups[current].classList.add("now");
    onRead(rows[i]);
  }
  svg.addEventListener("focus", () => read(current < 0 ? rows.length - 1 : current));
  svg.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      read(Math.min(rows.length - 1, Math.max(0, to)));
    }
  });
  container.replaceChildren(svg);
}

/** Draws a line of rates, the newest on the right; null is a gap. */
export function line(container, values, slots, title) {
  const width = Math.max(300, container.clientWidth);
  const height = 96;
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  const max = values.reduce((most, value) => Math.max(most, value ?? 0), 1);
  const unit = step(BigInt(Math.ceil(max)));
  const ceiling = Number(unit) * Math.ceil(max / Number(unit));
  const y = (value) => height - 8 - (value / ceiling) * (height - 18);
  for (const value of [0, ceiling]) {
    element("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }, svg);
    text(short(BigInt(Math.round(value))), { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, svg);
  }
  let path = "";
  values.forEach((value, i) => {
    const x = LEFT + ((slots - values.length + i) / (slots - 1)) * (width - LEFT - RIGHT);
    if (value !== null) {
      path += `${path === "" || values[i - 1] === null ? "M" : "L"}${x.toFixed(1)} ${y(value).toFixed(1)}`;
    }
  });
  element("path", { class: "line", d: path }, svg);
  container.replaceChildren(svg);
}
