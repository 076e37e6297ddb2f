import { bars, line } from "/chart.js";
import * as show from "/format.js";

const POLL_MILLIS = 2000;
const WINDOW_MILLIS = 60000;
const RATES_KEPT = 150;
const DAYS_SINGLE = 400;
const KEY_MAX = 18446744073709551615n;
const TOKEN = "karma-token";
const THEME = "karma-theme";

const byId = (id) => document.getElementById(id);
const samples = [];
const rates = [];
let chosen = null;
let drawn = null;
let today = null;

/* The server */

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function authorization() {
  const token = sessionStorage.getItem(TOKEN);
  // A header's characters are bytes: those of the token's UTF-8.
  return token === null
    ? {}
    : { Authorization: `Bearer ${String.fromCharCode(...new TextEncoder().encode(token))}` };
}

async function ask(path, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  const answer = await fetch(query === "" ? path : `${path}?${query}`, { headers: authorization(), cache: "no-store" });
  if (!answer.ok) {
    throw new Refused(answer.status, (await answer.text()).trim());
  }
  return answer.json();
}

/* Small parts */

function make(name, content, className) {
  const made = document.createElement(name);
  if (content !== undefined) {
    made.textContent = content;
  }
  if (className !== undefined) {
    made.className = className;
  }
  return made;
}

function row(...cells) {
  const made = make("tr");
  cells.forEach((cell) => {
    const td = make("td");
    td.append(cell);
    made.append(td);
  });
  return made;
}

function facts(list, entries) {
  list.replaceChildren(...entries.map(([term, value]) => {
    const entry = make("div");
    entry.append(make("dt", term), make("dd", value));
    return entry;
  }));
}

function notice(text) {
  byId("notice").hidden = text === "";
  if (byId("notice").textContent !== text) {
    byId("notice").textContent = text;
  }
}

/* Theme */

const system = matchMedia("(prefers-color-scheme: dark)");

function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // where the browser keeps nothing for this page
  }
}

function applyTheme() {
  const theme = byId("theme").value;
  document.documentElement.dataset.theme = theme === "auto" ? (system.matches ? "dark" : "light") : theme;
}

byId("theme").value = stored(THEME) ?? "auto";
byId("theme").addEventListener("change", () => {
  applyTheme();
  try {
    localStorage.setItem(THEME, byId("theme").value);
  } catch {
    // It lasts for this page, then.
  }
});
system.addEventListener("change", applyTheme);
applyTheme();

/* Overview */

const STATES = { ok: "good", restoring: "warn", stopping: "warn", disk_full: "bad", failed: "bad" };

function answered(overview) {
  return (overview.commands ?? []).reduce((sum, command) => sum + command.ok + command.errors, 0);
}

function remember(overview) {
  const sample = { at: performance.now(), overview, answered: answered(overview) };
  const last = samples[samples.length - 1];
  if (last !== undefined && (sample.answered < last.answered || overview.uptimeSeconds < last.overview.uptimeSeconds)) {
    samples.length = 0; // it has been restarted
  }
  samples.push(sample);
  while (samples.length > 2 && sample.at - samples[1].at >= WINDOW_MILLIS) {
    samples.shift();
  }
  const before = samples[samples.length - 2];
  rates.push(before === undefined ? null : ((sample.answered - before.answered) * 1000) / (sample.at - before.at));
  while (rates.length > RATES_KEPT) {
    rates.shift();
  }
}

const minus = (counts, earlier) => counts.map((value, i) => value - (earlier?.[i] ?? 0));

/** What happened in the last minute, or null if that is not known yet. */
function recent(read) {
  const first = samples[0];
  const last = samples[samples.length - 1];
  return first === last ? null : { value: read(last.overview, first.overview), seconds: (last.at - first.at) / 1000 };
}

function perSecond(read) {
  const change = recent((now, then) => read(now) - read(then));
  return change === null ? null : change.value / change.seconds;
}

function showState(overview) {
  byId("state").textContent = overview.state.replace("_", " ");
  byId("state").className = `state ${STATES[overview.state]}`;
  const restoring = overview.state === "restoring";
  const since = overview.uptimeSeconds === undefined ? "" : `, up ${show.seconds(overview.uptimeSeconds)}`;
  byId("about").textContent = overview.version + (restoring ? `, ${overview.message}` : since);
  notice(restoring ? "" : overview.message || (overview.incomplete ?? ""));
}

function showTiles(overview) {
  const errors = perSecond((of) => of.commands.reduce((sum, command) => sum + command.errors, 0));
  facts(byId("tiles"), [
    ["Requests/s", show.rate(rates[rates.length - 1] ?? null)],
    ["Errors/s", show.rate(errors)],
    ["Connections", show.count(overview.connections)],
    ["Trees", overview.trees === undefined ? "–" : show.count(overview.trees)],
    ["Keys", overview.keys === undefined ? "–" : show.count(overview.keys)],
    ["Counters take", overview.memoryBytes === undefined ? "–" : show.bytes(overview.memoryBytes)],
    ["Java heap", `${show.bytes(overview.heapBytes)}`],
    ["Log", overview.walBytes === undefined ? "–" : show.bytes(overview.walBytes)],
  ]);
}

function showCommands(overview) {
  const bounds = overview.latencyBoundsNanos;
  const first = samples[0].overview;
  const last = samples[samples.length - 1];
  const elapsed = (last.at - samples[0].at) / 1000;
  byId("commands").replaceChildren(...overview.commands.map((command) => {
    const then = first.commands.find((other) => other.name === command.name);
    const counts = elapsed === 0 ? [] : minus(command.counts, then?.counts);
    const requests = counts.reduce((sum, value) => sum + value, 0);
    return row(
      command.name === "none" ? "(no command)" : command.name,
      show.rate(elapsed === 0 ? null : requests / elapsed),
      show.nanos(show.percentile(counts, bounds, 0.5)),
      show.nanos(show.percentile(counts, bounds, 0.99)),
      show.nanos(show.percentile(counts, bounds, 0.999)),
      show.count(command.ok + command.errors),
      show.count(command.errors));
  }));
  drawRate();
  byId("rate-text").textContent = `Requests a second over the last ${show.seconds((RATES_KEPT * POLL_MILLIS) / 1000)}`;
}

function drawRate() {
  line(byId("rate"), rates, RATES_KEPT, "Requests a second over the last five minutes");
}

const POWERS = Array.from({ length: 63 }, (_, i) => 2 ** i);

function showLog(overview) {
  const forces = recent((now, then) => minus(now.forceNanos.counts, then.forceNanos.counts));
  const force = (share) => show.nanos(forces === null ? null : show.percentile(forces.value, POWERS, share));
  const lines = recent((now, then) => {
    const writes = minus(now.writeLines.counts, then.writeLines.counts).reduce((sum, value) => sum + value, 0);
    return writes === 0 ? null : (now.writeLines.sum - then.writeLines.sum) / writes;
  });
  const success = overview.checkpointSuccessSeconds;
  const ago = (seconds) => `${show.seconds(Math.max(0, Date.now() / 1000 - seconds))} ago`;
  facts(byId("log"), [
    ["Writes are logged", overview.walEnabled === undefined ? "–" : overview.walEnabled ? "yes" : "no"],
    ["Force of the log, p50 / p99", `${force(0.5)} / ${force(0.99)}`],
    ["Lines in a group commit", lines === null || lines.value === null ? "–" : show.rate(lines.value)],
    ["Lines that wait", show.count(overview.pendingLines ?? 0)],
    ["Logged a second", show.bytes(perSecond((of) => of.walWrittenBytes) ?? 0)],
    ["Segments", show.count(overview.walSegments)],
    ["Last good checkpoint", success === 0 ? "none since the start" : ago(success)],
    ["Checkpoints", `${show.count(overview.checkpoints)}, ${show.count(overview.checkpointFailures)} failed`
      + (overview.checkpointFailed ? " (the last one)" : "")],
    ["Last one took", overview.checkpoints === 0 ? "–" : show.nanos(overview.checkpointNanos)],
    ["Snapshot files", show.count(overview.snapshots ?? 0)],
    ["Snapshot farthest behind", overview.snapshotAgeSeconds === undefined
      ? "–" : `${show.seconds(overview.snapshotAgeSeconds)} old`],
    ["Trees without a snapshot", show.count(overview.treesWithoutSnapshot ?? 0)],
    ["Restore at the start", `${show.nanos(overview.restoreNanos)}, ${show.count(overview.restoreLines)} lines`],
  ]);
}

function showOverview(overview) {
  showState(overview);
  const open = overview.commands !== undefined;
  byId("main").hidden = !open;
  if (!open) {
    samples.length = 0;
    return;
  }
  remember(overview);
  showTiles(overview);
  showCommands(overview);
  showLog(overview);
  if (today === null) {
    byId("to").value = show.day(overview.today);
    byId("from").value = show.addDays(byId("to").value, -29);
    listTrees();
  }
  today = overview.today;
}

/* Counters */

let listing = 0;

async function listTrees() {
  const turn = ++listing;
  try {
    const contains = byId("contains").value;
    const list = await ask("/api/trees", contains === "" ? {} : { contains });
    if (turn !== listing) {
      return; // what was typed meanwhile is being looked for
    }
    byId("trees").replaceChildren(...list.trees.map((tree) => {
      const button = make("button");
      button.type = "button";
      button.title = show.name(tree.name);
      button.setAttribute("aria-pressed", String(tree.name === chosen));
      button.append(make("bdi", show.name(tree.name), "name"), make("span", show.count(tree.keys), "quiet"));
      button.addEventListener("click", () => choose(tree.name));
      const item = make("li");
      item.append(button);
      item.dataset.name = tree.name;
      return item;
    }));
    byId("trees-text").textContent = list.shown < list.matching
      ? `${show.count(list.shown)} of ${show.count(list.matching)} are shown: type more of the name`
      : list.matching === 0 ? "There are none." : "";
  } catch (error) {
    counterError(error);
  }
}

function choose(name) {
  chosen = name;
  for (const item of byId("trees").children) {
    item.firstChild.setAttribute("aria-pressed", String(item.dataset.name === name));
  }
  byId("tree-name").textContent = show.name(name);
  byId("result").hidden = true;
  byId("top").hidden = true;
  counterError(null);
  enable();
}

function enable() {
  byId("lookup").querySelectorAll("button").forEach((button) => {
    button.disabled = chosen === null;
  });
}

function counterError(error) {
  if (error instanceof Refused && error.status === 401) {
    login("");
  }
  byId("counters-error").textContent = error === null ? "" : error instanceof Refused && error.status === 414
    ? "The name of this tree is too long to be looked at here." : error.message;
}

/** A day each, or a month each where there are too many days. */
function rowsOf(detail) {
  const counted = new Map(detail.days.map((entry) => [show.day(entry.day), BigInt(entry.count)]));
  const from = show.day(detail.from);
  const to = show.day(detail.to);
  const days = (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86400000 + 1;
  if (days <= DAYS_SINGLE) {
    for (let day = from; day <= to; day = show.addDays(day, 1)) {
      counted.set(day, counted.get(day) ?? 0n);
    }
    return { unit: "Day", rows: sorted(counted) };
  }
  const months = new Map();
  counted.forEach((value, day) => months.set(day.slice(0, 7), (months.get(day.slice(0, 7)) ?? 0n) + value));
  return { unit: "Month", rows: sorted(months) };
}

function sorted(map) {
  return [...map].sort(([one], [other]) => (one < other ? -1 : 1)).map(([label, value]) => ({ label, value }));
}

function draw() {
  if (drawn === null || byId("result").hidden) {
    return;
  }
  const { rows, unit, title } = drawn;
  byId("unit").textContent = unit;
  byId("day").textContent = "";
  byId("days").hidden = rows.length === 0;
  if (rows.length > 0) {
    bars(byId("days"), rows, title, (one) => {
      byId("day").textContent = `${one.label}: ${show.count(one.value)}`;
    });
  }
  byId("day-rows").replaceChildren(...rows.map((one) => row(one.label, show.count(one.value))));
}

function range() {
  return { from: show.dayNumber(byId("from").value), to: show.dayNumber(byId("to").value) };
}

async function showKey() {
  counterError(null);
  byId("result").hidden = true;
  try {
    const key = BigInt(byId("key").value);
    if (key > KEY_MAX) {
      throw new Refused(400, `A key is at most ${KEY_MAX}`);
    }
    const detail = await ask("/api/key", { tree: chosen, key: key.toString(), ...range() });
    byId("summary").textContent = `Key ${detail.key}: ${show.count(BigInt(detail.sum))} from ${show.day(detail.from)} to `
      + `${show.day(detail.to)}, ${show.count(BigInt(detail.total))} over all days.`;
    byId("result").hidden = false;
    drawn = { ...rowsOf(detail), title: byId("summary").textContent };
    draw();
  } catch (error) {
    counterError(error);
  }
}

async function showTop() {
  counterError(null);
  byId("find-top").disabled = true;
  try {
    const result = await ask("/api/top", { tree: chosen, ...range() });
    byId("top-text").textContent = `From ${show.day(result.from)} to ${show.day(result.to)}, of ${show.count(result.keys)} keys`
      + (result.complete ? "." : ": the tree has more, and there was no time for the rest.");
    byId("top-rows").replaceChildren(...result.top.map((one) => {
      const button = make("button", one.key, "key");
      button.type = "button";
      button.addEventListener("click", () => {
        byId("key").value = one.key;
        showKey();
      });
      return row(button, show.count(BigInt(one.count)));
    }));
    byId("top").hidden = false;
  } catch (error) {
    counterError(error);
  } finally {
    enable();
  }
}

byId("lookup").addEventListener("submit", (event) => {
  event.preventDefault();
  if (chosen !== null) {
    showKey();
  }
});
byId("find-top").addEventListener("click", showTop);
byId("contains").addEventListener("input", listTrees);
addEventListener("resize", () => {
  draw();
  drawRate();
});
enable();

/* The token */

function login(message) {
  byId("login").hidden = false;
  byId("main").hidden = true;
  byId("state").textContent = "token needed";
  byId("state").className = "state warn";
  byId("login-error").textContent = message;
  notice("");
}

byId("login").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN, byId("token").value);
  byId("token").value = "";
  byId("login-error").textContent = "";
  poll();
});
byId("forget").addEventListener("click", () => {
  sessionStorage.removeItem(TOKEN);
  location.reload();
});

/* Looking again and again */

let timer = null;

async function poll() {
  clearTimeout(timer);
  try {
    const overview = await ask("/api/overview");
    byId("login").hidden = true;
    byId("forget").hidden = sessionStorage.getItem(TOKEN) === null;
    showOverview(overview);
  } catch (error) {
    if (error instanceof Refused && error.status === 401) {
      const wrong = sessionStorage.getItem(TOKEN) !== null;
      sessionStorage.removeItem(TOKEN);
      login(wrong ? "This is not the server's token." : "");
      return; // until there is one
    }
    byId("state").textContent = "unreachable";
    byId("state").className = "state bad";
    notice(error instanceof Refused ? error.message : "The server cannot be reached; trying again.");
  }
  timer = setTimeout(poll, POLL_MILLIS);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    clearTimeout(timer);
  } else if (byId("login").hidden) {
    poll();
  }
});
poll();
