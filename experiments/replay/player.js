"use strict";
// The player of a First Minutes replay: two recordings on one clock. No library, no network.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);

  // Okabe-Ito colours; the shape says the same as the colour, so neither is needed alone.
  const LOOKS = {
    unaware: { shape: "ring", colour: "#4d4d4d", words: "Unaware", more: "has not noticed anything yet" },
    moving: { shape: "circle", colour: "#e69f00", words: "Moving", more: "has been alerted, or is on the way" },
    sheltered: { shape: "diamond", colour: "#cc79a7", words: "Not secured", more: "in a room whose door is not locked" },
    secured: { shape: "square", colour: "#0072b2", words: "Secured", more: "behind a locked door" },
    out: { shape: "none", colour: "#000000", words: "Out", more: "has left the building" },
    team: { shape: "triangle", colour: "#d55e00", words: "Contact team", more: "officers inside" },
  };
  const GROUPS = ["unaware", "moving", "sheltered", "secured", "out"];
  // Seven states of the model become five groups that a reader can tell apart at a glance.
  const GROUP_OF = data.states.map((name) => ["alerted", "leaving"].includes(name) ? 1 : GROUPS.indexOf(name));

  const view = { time: 0, playing: false, speed: 10, floor: 0, names: true };

  // ---- decoding -----------------------------------------------------------------------------------------

  async function inflate(text) {
    const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).arrayBuffer();
  }

  // Rows lie one after the other, each as changes since the frame before (see encoding.py).
  function integrate(column, frames) {
    for (let k = 0; k < column.length; k++) if (k % frames) column[k] += column[k - 1];
    return column;
  }

  async function decode(run) {
    const size = run.frames * run.rows;
    const raw = await inflate(run.data);
    run.data = null;
    run.x = integrate(new Int16Array(raw, 0, size), run.frames);
    run.y = integrate(new Int16Array(raw, 2 * size, size), run.frames);
    run.level = integrate(new Int8Array(raw, 4 * size, size), run.frames);
    run.state = integrate(new Int8Array(raw, 5 * size, size), run.frames);
    run.isTeam = new Uint8Array(run.rows);
    for (const row of run.teams) run.isTeam[row] = 1;
    run.end = (run.frames - 1) * data.frame;
    run.counts = new Int32Array(run.frames * GROUPS.length);
    for (let row = 0; row < run.rows; row++) {
      if (run.isTeam[row]) continue;
      for (let f = 0; f < run.frames; f++) {
        run.counts[f * GROUPS.length + GROUP_OF[run.state[row * run.frames + f]]]++;
      }
    }
  }

  // ---- words --------------------------------------------------------------------------------------------

  function clock(seconds) {
    const s = Math.floor(seconds + 1e-6);
    const mmss = `${Math.floor(s / 60) % 60}:${String(s % 60).padStart(2, "0")}`;
    return s < 3600 ? mmss : `${Math.floor(s / 3600)}:${mmss.padStart(5, "0")}`;
  }

  function lasting(seconds) {
    const s = Math.round(seconds);
    return [s >= 60 ? `${Math.floor(s / 60)} min` : "", s % 60 || s < 60 ? `${s % 60} s` : ""].filter(Boolean).join(" ");
  }

  // What officers do, as steps that follow each other; each step begins with a stamp of the timeline.
  const PHASES = [
    { stamp: null, style: "before", title: "No call yet", words: () => "nobody has called yet" },
    { stamp: "FIRST_CALL", style: "before", title: "Call", words: () => "the call is being handled" },
    { stamp: "DISPATCH", style: "before", title: "On the way", words: () => "officers are on the way" },
    { stamp: "FIRST_LE_ON_SCENE", style: "waits", title: "Outside",
      words: (run) => run.stamps.FIRST_ENTRY === null ? "officers wait outside"
        : `officers wait outside until ${clock(run.stamps.FIRST_ENTRY)}` },
    { stamp: "FIRST_ENTRY", style: "inside", title: "Inside", words: () => "officers are inside" },
    { stamp: "FIRST_CONTACT", style: "contact", title: "First contact made",
      words: (run) => `officers have made first contact (at ${clock(run.stamps.FIRST_CONTACT)})` },
  ];

  const begins = (run, phase) => phase === 0 ? 0 : run.stamps[PHASES[phase].stamp];

  const phaseAt = (run, time) => PHASES.findLastIndex((_, p) => begins(run, p) !== null && begins(run, p) <= time);

  function firstSplit() {
    const times = PHASES.map((_, p) => data.runs.map((run) => begins(run, p) ?? Infinity));
    return Math.min(...times.filter(([s, t]) => s !== t).flat());
  }

  function countAt(run, group, time) {
    const f = Math.min(run.frames - 1, Math.floor(time / data.frame + 1e-6));
    return run.counts[f * GROUPS.length + group];
  }

  function securedClause(a, b, time) {
    if (time > Math.min(a.end, b.end)) return "";
    const more = countAt(a, 3, time) - countAt(b, 3, time);
    if (more === 0) return "";
    const [ahead, n] = more > 0 ? [a, more] : [b, -more];
    return ` ${n === 1 ? "1 person more is" : `${n} people more are`} secured under ${ahead.label}.`;
  }

  function inWords(time) {
    const [a, b] = data.runs;
    const at = `At ${clock(time)}`;
    const p = phaseAt(a, time);
    if (!b) return `${at} ${PHASES[p].words(a)}.`;
    const q = phaseAt(b, time);
    const secured = securedClause(a, b, time);
    if (p !== q) {
      const other = PHASES[q].words(b).replace("officers", PHASES[p].words(a).includes("officers") ? "they" : "officers");
      return `${at} ${PHASES[p].words(a)} under ${a.label}; under ${b.label} ${other}.${secured}`;
    }
    const [s, t] = [begins(a, p), begins(b, p)];
    if (s === t) {
      const split = firstSplit();
      const next = time < split && split < Infinity ? ` The response first differs at ${clock(split)}.` : "";
      const shared = p === 5 ? "officers have made first contact" : PHASES[p].words(a);
      return `${at} ${shared} under both policies.${next}${secured}`;
    }
    const [early, late] = s < t ? [a, b] : [b, a];
    const what = ["", "The call", "Dispatch", "The first officer", "Entry", "First contact"][p];
    return `${what} came at ${clock(Math.min(s, t))} under ${early.label} and at ${clock(Math.max(s, t))} under ` +
      `${late.label}: ${lasting(Math.abs(t - s))} later.${secured}`;
  }

  // ---- drawing ------------------------------------------------------------------------------------------

  const CORNERS = {
    square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    triangle: [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
    diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  };

  function mark(context, look, x, y, r) {
    context.beginPath();
    if (look.shape in CORNERS) {
      for (const [dx, dy] of CORNERS[look.shape]) context.lineTo(x + r * dx, y + r * dy);
      context.closePath();
    } else context.arc(x, y, r, 0, 6.2832);
    context.fillStyle = look.shape === "ring" ? "#fff" : look.colour;
    context.fill();
    if (look.shape !== "ring" && look.shape !== "triangle") return;
    context.strokeStyle = look.shape === "ring" ? look.colour : "#000";
    context.lineWidth = Math.max(1, r * (look.shape === "ring" ? 0.4 : 0.2));
    context.stroke();
  }

  function outline(context, points, place) {
    context.moveTo(place.x(points[0]), place.y(points[1]));
    for (let k = 2; k < points.length; k += 2) context.lineTo(place.x(points[k]), place.y(points[k + 1]));
    context.closePath();
  }

  const SHADES = { room: "#ffffff", corridor: "#f0ece2", stairs: "#dde3ea", ground: "#eef2ea" };

  function drawFloor(context, floor, place) {
    context.save();
    context.beginPath();
    context.rect(place.left, place.top, place.width, place.height);
    context.clip();
    const rooms = (ground) => {
      for (const room of floor.rooms) {
        if ((room.kind === "ground") !== ground) continue;
        context.fillStyle = SHADES[room.kind];
        context.beginPath();
        outline(context, room.outline, place);
        context.fill();
        if (!ground) context.stroke();
      }
    };
    rooms(true);
    context.fillStyle = context.strokeStyle = "#6f747a";
    context.lineWidth = Math.max(1, 3 * place.scale);
    context.beginPath();
    for (const ring of floor.rings) outline(context, ring, place);
    context.fill("evenodd");
    rooms(false);
    // A door is a gap in the wall: a stroke as wide as the wall in the colour of the floor.
    context.strokeStyle = "#ffffff";
    context.lineWidth = Math.max(2, 10 * place.scale);
    for (const [x0, y0, x1, y1] of floor.doors) {
      context.beginPath();
      context.moveTo(place.x(x0), place.y(y0));
      context.lineTo(place.x(x1), place.y(y1));
      context.stroke();
    }
    if (view.names) drawNames(context, floor, place);
    context.restore();
  }

  function drawNames(context, floor, place) {
    context.fillStyle = "#55595e";
    font(context, 400, 11 * place.ratio, "center", "middle");
    for (const room of floor.rooms) {
      if (!room.name) continue;
      const xs = room.outline.filter((_, k) => k % 2 === 0);
      const wide = (Math.max(...xs) - Math.min(...xs)) * place.scale;
      // A name that does not fit its room would cover its neighbours.
      if (context.measureText(room.name).width < wide - 4) {
        context.fillText(room.name, place.x(room.at[0]), place.y(room.at[1]));
      }
    }
  }

  // North of the plan is up: y grows upwards in the plan and downwards on the canvas.
  function placement(left, top, width, height, ratio) {
    const [x0, y0, x1, y1] = data.box;
    const scale = Math.min(width / (x1 - x0), height / (y1 - y0));
    const dx = left + (width - scale * (x1 - x0)) / 2, dy = top + (height - scale * (y1 - y0)) / 2;
    return { left, top, width, height, scale, ratio, x: (x) => dx + (x - x0) * scale, y: (y) => dy + (y1 - y) * scale };
  }

  function font(context, weight, pixels, align, baseline) {
    context.font = `${weight} ${pixels}px system-ui, sans-serif`;
    context.textAlign = align;
    context.textBaseline = baseline;
  }

  function layOut(panel) {
    const ratio = window.devicePixelRatio || 1, canvas = panel.canvas;
    canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
    canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
    const shown = view.floor < 0 ? data.floors.map((_, k) => k) : [view.floor];
    // Floors go beside each other or above each other, whichever leaves them larger.
    const across = shown.length * (data.box[2] - data.box[0]) / (data.box[3] - data.box[1]) < canvas.width / canvas.height;
    panel.places = new Map(shown.map((level, k) => {
      const [w, h] = across ? [canvas.width / shown.length, canvas.height] : [canvas.width, canvas.height / shown.length];
      return [level, placement(across ? k * w : 0, across ? 0 : k * h, w, h, ratio)];
    }));
    // The plan does not move: it is drawn once and copied under every frame.
    panel.still = Object.assign(element("canvas"), { width: canvas.width, height: canvas.height });
    const context = panel.still.getContext("2d");
    for (const [level, place] of panel.places) {
      drawFloor(context, data.floors[level], place);
      if (data.floors.length < 2) continue;
      font(context, 600, 13 * ratio, "left", "top");
      context.fillStyle = "#1a1a1a";
      context.fillText(data.floors[level].name, place.left + 2 * ratio, place.top + 2 * ratio);
    }
  }

  function drawPanel(panel, time) {
    const { run, canvas, places } = panel;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(panel.still, 0, 0);
    const exact = Math.min(run.frames - 1, time / data.frame);
    const f = Math.floor(exact + 1e-6), part = f + 1 < run.frames ? Math.max(0, exact - f) : 0;
    const elsewhere = new Set();
    // People first, contact teams last: a team must never hide under a crowd.
    for (const teams of [0, 1]) {
      for (let row = 0; row < run.rows; row++) {
        if (run.isTeam[row] !== teams) continue;
        const k = row * run.frames + f;
        const level = run.level[k];
        if (level < 0) continue;
        const place = places.get(level);
        if (!place && teams) elsewhere.add(data.floors[level].name);
        if (!place) continue;
        let x = run.x[k], y = run.y[k];
        // Between two frames a person is on the straight line, except on stairs and when leaving the plan.
        if (part && run.level[k + 1] === level) {
          x += (run.x[k + 1] - x) * part;
          y += (run.y[k + 1] - y) * part;
        }
        const look = teams ? LOOKS.team : LOOKS[GROUPS[GROUP_OF[run.state[k]]]];
        const r = teams ? Math.max(7 * place.ratio, 20 * place.scale) : Math.max(1.7 * place.ratio, 7 * place.scale);
        mark(context, look, place.x(x), place.y(y), r);
      }
    }
    note(panel, context, time, elsewhere);
  }

  function note(panel, context, time, elsewhere) {
    const { run, canvas } = panel;
    const words = time > run.end
      ? `Recording of this run ended at ${clock(run.end)}: last picture shown`
      : elsewhere.size ? `Contact team on: ${[...elsewhere].join(", ")}` : "";
    if (!words) return;
    const ratio = window.devicePixelRatio || 1;
    if (time > run.end) {
      context.fillStyle = "rgba(255, 255, 255, 0.55)";
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    font(context, 600, 14 * ratio, "center", "middle");
    const wide = context.measureText(words).width + 16 * ratio;
    context.fillStyle = "#1a1a1a";
    context.fillRect((canvas.width - wide) / 2, canvas.height - 28 * ratio, wide, 24 * ratio);
    context.fillStyle = "#ffffff";
    context.fillText(words, canvas.width / 2, canvas.height - 16 * ratio);
  }

  // ---- page parts ---------------------------------------------------------------------------------------

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
    mark(made.getContext("2d"), look, 18, 18, 11);
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
      const bar = element("div", `bar ${PHASES[p].style}`, p ? `${title} from ${clock(start)}` : title);
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

  function buildCounts(run, k) {
    return GROUPS.map((group) => {
      const box = element("div"), number = element("dd", "", "0");
      box.append(...icon(LOOKS[group]), element("dt", "", LOOKS[group].words), number);
      $(`counts-${k}`).append(box);
      return number;
    });
  }

  // ---- clock --------------------------------------------------------------------------------------------

  const panels = [];
  const setText = (node, words) => { if (node.textContent !== words) node.textContent = words; };

  function render() {
    const time = view.time;
    for (const panel of panels) {
      drawPanel(panel, time);
      panel.numbers.forEach((number, group) => setText(number, String(countAt(panel.run, group, time))));
      const phase = PHASES[phaseAt(panel.run, time)];
      setText(panel.phase, phase.title);
      panel.phase.className = `phase ${phase.style}`;
    }
    setText($("clock"), clock(time));
    setText($("difference"), inWords(time));
    $("scrub").value = time;
    $("scrub").setAttribute("aria-valuetext", clock(time));
    const track = document.querySelector(".track");
    $("cursor").style.left = `${track.offsetLeft + track.offsetWidth * time / data.span}px`;
    for (const row of document.querySelectorAll("#events tbody tr")) {
      row.classList.toggle("past", Number(row.dataset.first) <= time);
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
      row.dataset.first = Math.min(...times);
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
      panels.push({ run, canvas: $(`plan-${k}`), phase: $(`phase-${k}`), numbers: buildCounts(run, k) });
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
    $("difference").textContent = `This browser cannot show the replay (${problem.message}). The event table below is complete.`;
    throw problem;
  });
})();
