"use strict";
// The page: builds its parts, keeps the clock, listens to mouse and keyboard.
function element(tag, className, words) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words; // textContent: a name with HTML in it stays text
  return made;
}

const icons = [];

function icon(look) {
  if (look.shape === "none") return [];
  const made = element("canvas");
  made.width = made.height = 36;
  made.setAttribute("aria-hidden", "true");
  icons.push([made, look]);
  return [made];
}

function drawIcon(canvas, look) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  drawMarks(context, look, [18, 18], 11);
}

function buildStrip() {
  for (const run of data.runs) {
    const lane = element("div", "lane");
    const track = element("div", "track");
    track.append(...bars(run));
    track.addEventListener("click", (event) => {
      const box = track.getBoundingClientRect();
      seek((event.clientX - box.left) / box.width * data.film);
    });
    const name = element("b", "", run.label);
    name.title = run.label;
    lane.append(name, track);
    $("strip").append(lane);
  }
  const scale = element("div", "track scale");
  const lane = element("div", "lane");
  lane.append(element("b"), scale);
  $("strip").append(lane, Object.assign(element("div"), { id: "cursor" }));
}

// Words that do not fit are left out: a cut word reads like another word.
function fitStrip() {
  for (const bar of document.querySelectorAll(".bar")) {
    bar.dataset.words ??= bar.textContent;
    bar.textContent = bar.dataset.words;
    if (bar.scrollWidth > bar.clientWidth + 1) bar.textContent = "";
  }
  const scale = document.querySelector(".scale");
  // Measured here and not in each frame: asking for a size makes the browser lay out the page again.
  view.strip = { left: scale.offsetLeft, width: scale.offsetWidth };
  const room = (share) => Math.max(1, Math.floor(scale.clientWidth * share / 80));
  const step = (seconds, most) => [30, 60, 120, 300, 600, 900, 1800, 3600, 7200].find((s) => seconds / s <= most) || 14400;
  scale.replaceChildren();
  const tick = (t) => {
    const made = element("span", "tick", clock(t));
    made.style.left = across(t);
    scale.append(made);
    if (made.offsetLeft + made.offsetWidth / 2 > scale.clientWidth) made.classList.add("end");
  };
  const first = step(data.span, room(data.span / data.film)), then = step(tail.time, room(tail.film / data.film));
  // The last tick of the positions leaves room for the first of the compressed time.
  for (let t = 0; t <= data.span && filmAt(t) <= data.film; t += first) tick(t);
  if (tail.film) {
    for (let t = Math.ceil((data.span + 0.5 * then) / then) * then; t <= data.end; t += then) tick(t);
    for (const track of document.querySelectorAll(".track")) {
      if (track.querySelector(".fold")) continue;
      const fold = element("span", "fold");
      fold.title = `From here time runs ${Math.round(tail.time / tail.film)} times as fast`;
      fold.style.left = across(data.span);
      track.append(fold);
    }
  }
  for (const track of document.querySelectorAll(".track:not(.scale)")) fitFlags(track);
}

const across = (time) => `${100 * filmAt(time) / data.film}%`;

// Flags stand below the bars. One that would cover another is left out; the first of the list is never covered.
function fitFlags(track) {
  const taken = [];
  for (const flag of track.querySelectorAll(".flag")) {
    flag.hidden = false;
    flag.classList.remove("left");
    const wide = track.clientWidth;
    if (flag.offsetLeft + flag.offsetWidth > wide) flag.classList.add("left");
    const from = flag.offsetLeft - (flag.classList.contains("left") ? flag.offsetWidth : 0), to = from + flag.offsetWidth;
    flag.hidden = from < 0 || taken.some(([a, b]) => from < b + 4 && a < to + 4);
    if (!flag.hidden) taken.push([from, to]);
  }
}

// What is written on the strip, the most important first.
const FLAGS = [["THREAT_END", "Threat over"], ["ALL_CLEAR", "All-clear"], ["EMS_PATIENT_CONTACT", "First care"]];

// The strip joins all that happens before an officer is there: three thin bars would say less than one.
function bars(run) {
  const steps = [0, 3, 4, 5, 6].filter((p) => begins(run, p) !== null && begins(run, p) < data.end);
  const made = steps.map((p, k) => {
    const start = begins(run, p), end = k + 1 < steps.length ? begins(run, steps[k + 1]) : data.end;
    const title = ["Before arrival", "", "", "Officers outside", "Officers inside", "First contact made", "All-clear"][p];
    const words = p === 3 ? `${title} ${clock(start)} to ${clock(end)}` : p ? `${title} ${clock(start)}` : title;
    const bar = element("div", `bar ${PHASES[p].style}`, words);
    bar.title = `${title}, ${clock(start)} to ${clock(end)}`;
    bar.style.left = across(start);
    bar.style.width = `${100 * (filmAt(end) - filmAt(start)) / data.film}%`;
    return bar;
  });
  for (const [event, time] of Object.entries(run.stamps)) {
    if (time === null || time > data.end) continue;
    const line = element("span", "mark");
    line.title = `${run.titles[event]}, ${clock(time)}`;
    line.style.left = across(time);
    made.push(line);
  }
  for (const [event, words] of FLAGS) {
    const time = run.stamps[event];
    if (time === null || time > data.end) continue;
    const flag = element("span", `flag ${event === "THREAT_END" ? "over" : ""}`, `${words} ${clock(time)}`);
    flag.style.left = across(time);
    made.push(flag);
  }
  return made;
}

// Number and, for the second of two runs, how many more or fewer than in the first.
function buildCounts(run, k) {
  return GROUPS.map((group) => {
    const box = element("div"), number = element("dd", "", "0"), badge = element("dd", "badge");
    badge.title = `Compared with ${data.runs[0].label} at the same time`;
    badge.hidden = true;
    box.append(...icon(LOOKS[group]), element("dt", "", LOOKS[group].words), number, badge);
    $(`counts-${k}`).append(box);
    return { number, badge };
  });
}

function renderCounts(panel, time) {
  const [first] = data.runs;
  const compared = panel.run !== first && time <= Math.min(first.end, panel.run.end);
  panel.counts.forEach(({ number, badge }, group) => {
    const n = countAt(panel.run, group, time), more = compared ? n - countAt(first, group, time) : 0;
    setText(number, String(n));
    setText(badge, `${more < 0 ? "\u2212" : "+"}${Math.abs(more)}`);
    badge.hidden = more === 0;
  });
}

// ---- clock --------------------------------------------------------------------------------------------

const panels = [], eventRows = [];
const setText = (node, words) => { if (node.textContent !== words) node.textContent = words; };

function render() {
  const time = timeAt(view.film);
  for (const panel of panels) {
    drawPanel(panel, time);
    renderCounts(panel, time);
    const phase = PHASES[phaseAt(panel.run, time)];
    setText(panel.phase, phase.title);
    panel.phase.className = `phase ${phase.style}`;
  }
  setText($("clock"), clock(time));
  setText($("difference"), inWords(time));
  $("scrub").value = view.film;
  $("scrub").setAttribute("aria-valuetext", clock(time));
  $("cursor").style.left = `${view.strip.left + view.strip.width * view.film / data.film}px`;
  for (const row of eventRows) {
    const past = row.first <= time;
    if (past === row.past) continue;
    row.past = past;
    row.node.classList.toggle("past", past);
  }
}

function seek(film) {
  view.film = Math.min(data.film, Math.max(0, film));
  render();
}

function play(on) {
  view.playing = on;
  $("play").textContent = on ? "Pause" : "Play";
  if (!on) return;
  if (view.film >= data.film) view.film = 0;
  let last = performance.now();
  const tick = (now) => {
    if (!view.playing) return;
    // A tab in the background gets no frames: never jump by more than a quarter of a second of real time.
    seek(view.film + Math.min(250, Math.max(0, now - last)) / 1000 * view.speed);
    last = now;
    if (view.film >= data.film) play(false);
    else requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

function step(frames) {
  play(false);
  seek((Math.round(view.film / data.frame) + frames) * data.frame);
}

function relayout() {
  panels.forEach(layOut);
  fitStrip();
  render();
}

function dress(dark) {
  view.dark = dark;
  document.documentElement.dataset.dress = dark ? "dark" : "light";
  $("dark").setAttribute("aria-pressed", dark);
  for (const [canvas, look] of icons) drawIcon(canvas, look);
  relayout();
}

// Where a browser refuses to fill the screen nothing happens: the page is as usable as before.
function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

function connect() {
  const presses = {
    play: () => play(!view.playing), step: () => step(1), back: () => step(-1),
    back10: () => seek(view.film - 10), forward10: () => seek(view.film + 10),
    dark: () => dress(!view.dark), full,
  };
  for (const [id, press] of Object.entries(presses)) $(id).addEventListener("click", press);
  $("scrub").addEventListener("input", (event) => seek(Number(event.target.value)));
  $("speed").addEventListener("change", (event) => { view.speed = Number(event.target.value); });
  $("floor").addEventListener("change", (event) => { view.floor = Number(event.target.value); relayout(); });
  $("names").addEventListener("change", (event) => { view.names = event.target.checked; relayout(); });
  $("rooms")?.addEventListener("change", (event) => {
    for (const row of document.querySelectorAll("#events tr.room")) row.hidden = !event.target.checked;
  });
  for (const row of document.querySelectorAll("#events tbody tr")) {
    const times = [...row.querySelectorAll("button")].map((button) => Number(button.dataset.time));
    eventRows.push({ node: row, first: Math.min(...times), past: false });
    row.addEventListener("click", (event) => {
      if (!times.length) return;
      play(false);
      seek(filmAt(Number(event.target.dataset.time ?? times[0])));
    });
  }
  window.addEventListener("resize", relayout);
  window.addEventListener("beforeprint", () => { play(false); dress(false); });
  document.addEventListener("fullscreenchange", () => {
    setText($("full"), document.fullscreenElement ? "Leave full screen" : "Full screen");
    relayout();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const tag = event.target.tagName;
    // Space presses a focused button and keys choose in a focused list: the browser does these itself.
    const busy = event.key === " " ? ["BUTTON", "SELECT", "INPUT"] : ["SELECT"];
    const press = { " ": "play", ".": "step", ",": "back", ArrowLeft: "back10", ArrowRight: "forward10", f: "full", d: "dark" }[event.key];
    if (!press || busy.includes(tag)) return;
    presses[press]();
    event.preventDefault();
  });
}

async function start() {
  for (const run of data.runs) await decode(run);
  data.runs.forEach((run, k) => {
    panels.push({ run, canvas: $(`plan-${k}`), phase: $(`phase-${k}`), counts: buildCounts(run, k) });
  });
  for (const look of Object.values(LOOKS)) {
    const item = element("li");
    item.append(...icon(look), element("b", "", look.words), look.more);
    $("legend").append(item);
  }
  if (!data.floors.some((floor) => floor.rooms.some((room) => room.name))) $("names").parentElement.hidden = true;
  buildStrip();
  connect();
  // Nothing moves before somebody asks for it: who shows it says first what will be seen.
  dress(window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.body.dataset.ready = "true";
}

start().catch((problem) => {
  $("difference").textContent =
    `This browser cannot show the replay (${problem.message}). The event table below is complete.`;
  throw problem;
});
