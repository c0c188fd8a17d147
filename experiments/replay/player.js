"use strict";
// The page: builds its parts, keeps the clock, listens to mouse and keyboard.
function element(tag, className, words) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words !== undefined) made.textContent = words; // textContent: a name with HTML in it stays text
  return made;
}

function icon(look) {
  if (look.shape === "none") return [];
  const made = element("canvas");
  made.width = made.height = 36;
  made.setAttribute("aria-hidden", "true");
  drawMarks(made.getContext("2d"), look, [18, 18], 11);
  return [made];
}

function buildStrip() {
  for (const run of data.runs) {
    const lane = element("div", "lane");
    const track = element("div", "track");
    track.append(...bars(run));
    track.addEventListener("click", (event) => {
      const box = track.getBoundingClientRect();
      seek((event.clientX - box.left) / box.width * data.span);
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
  const room = Math.max(2, Math.floor(scale.clientWidth / 80));
  const step = [30, 60, 120, 300, 600, 900, 1800].find((s) => data.span / s <= room) || 3600;
  scale.replaceChildren();
  for (let t = 0; t <= data.span; t += step) {
    const tick = element("span", "tick", clock(t));
    tick.style.left = `${100 * t / data.span}%`;
    scale.append(tick);
  }
}

// The strip joins all that happens before an officer is there: three thin bars would say less than one.
function bars(run) {
  const steps = [0, 3, 4, 5].filter((p) => begins(run, p) !== null && begins(run, p) < data.span);
  const made = steps.map((p, k) => {
    const start = begins(run, p), end = k + 1 < steps.length ? begins(run, steps[k + 1]) : data.span;
    const title = ["Before arrival", "", "", "Officers outside", "Officers inside", "First contact made"][p];
    const words = p === 3 ? `${title} ${clock(start)} to ${clock(end)}` : p ? `${title} ${clock(start)}` : title;
    const bar = element("div", `bar ${PHASES[p].style}`, words);
    bar.title = `${title}, ${clock(start)} to ${clock(end)}`;
    bar.style.left = `${100 * start / data.span}%`;
    bar.style.width = `${100 * (end - start) / data.span}%`;
    return bar;
  });
  for (const [event, time] of Object.entries(run.stamps)) {
    if (time === null || time > data.span) continue;
    const line = element("span", "mark");
    line.title = `${run.titles[event]}, ${clock(time)}`;
    line.style.left = `${100 * time / data.span}%`;
    made.push(line);
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
  const time = view.time;
  for (const panel of panels) {
    drawPanel(panel, time);
    renderCounts(panel, time);
    const phase = PHASES[phaseAt(panel.run, time)];
    setText(panel.phase, phase.title);
    panel.phase.className = `phase ${phase.style}`;
  }
  setText($("clock"), clock(time));
  setText($("difference"), inWords(time));
  $("scrub").value = time;
  $("scrub").setAttribute("aria-valuetext", clock(time));
  $("cursor").style.left = `${view.strip.left + view.strip.width * time / data.span}px`;
  for (const row of eventRows) {
    const past = row.first <= time;
    if (past === row.past) continue;
    row.past = past;
    row.node.classList.toggle("past", past);
  }
}

function seek(time) {
  view.time = Math.min(data.span, Math.max(0, time));
  render();
}

function play(on) {
  view.playing = on;
  $("play").textContent = on ? "Pause" : "Play";
  if (!on) return;
  if (view.time >= data.span) view.time = 0;
  let last = performance.now();
  const tick = (now) => {
    if (!view.playing) return;
    // A tab in the background gets no frames: never jump by more than a quarter of a second of real time.
    seek(view.time + Math.min(250, Math.max(0, now - last)) / 1000 * view.speed);
    last = now;
    if (view.time >= data.span) play(false);
    else requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

function step(frames) {
  play(false);
  seek((Math.round(view.time / data.frame) + frames) * data.frame);
}

function relayout() {
  panels.forEach(layOut);
  fitStrip();
  render();
}

function connect() {
  const presses = {
    play: () => play(!view.playing), step: () => step(1), back: () => step(-1),
    back10: () => seek(view.time - 10), forward10: () => seek(view.time + 10),
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
      seek(Number(event.target.dataset.time ?? times[0]));
    });
  }
  window.addEventListener("resize", relayout);
  window.addEventListener("beforeprint", () => { play(false); relayout(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const tag = event.target.tagName;
    // Space presses a focused button and keys choose in a focused list: the browser does these itself.
    const busy = event.key === " " ? ["BUTTON", "SELECT", "INPUT"] : ["SELECT"];
    const press = { " ": "play", ".": "step", ",": "back", ArrowLeft: "back10", ArrowRight: "forward10" }[event.key];
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
    if (look.shape === "none") continue;
    const item = element("li");
    item.append(...icon(look), element("b", "", look.words), look.more);
    $("legend").append(item);
  }
  if (!data.floors.some((floor) => floor.rooms.some((room) => room.name))) $("names").parentElement.hidden = true;
  buildStrip();
  connect();
  relayout();
  document.body.dataset.ready = "true";
  // Who asked their system for less motion gets a still picture first.
  if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) play(true);
}

start().catch((problem) => {
  $("difference").textContent =
    `This browser cannot show the replay (${problem.message}). The event table below is complete.`;
  throw problem;
});
