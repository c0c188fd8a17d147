"use strict";
// What the page holds, decoded: positions and states of each run, and how many people are in each group.
// The player is four files in one script, in the order recording, words, drawing, player. No library, no network.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);

// Okabe-Ito colours; the shape says the same as the colour, so neither is needed alone.
const LOOKS = {
  unaware: { shape: "ring", colour: "#4d4d4d", dark: "#c9ced2", words: "Unaware", more: "no alert has arrived yet" },
  moving: { shape: "circle", colour: "#e69f00", words: "Moving", more: "on the way to shelter or out" },
  sheltered: { shape: "diamond", colour: "#cc79a7", words: "Not secured", more: "at rest, not in lockdown behind a locked door" },
  secured: { shape: "square", colour: "#0072b2", dark: "#56b4e9", words: "Secured", more: "in lockdown behind a locked door" },
  out: { shape: "none", colour: "#000000", words: "Out", more: "has left the building (counted, not drawn)" },
  team: { shape: "triangle", colour: "#d55e00", words: "Contact team", more: "officers inside" },
};
const GROUPS = ["unaware", "moving", "sheltered", "secured", "out"];
// The states of the model become five groups that a reader can tell apart at a glance.
const GROUP_OF = data.states.map((name) => GROUPS.indexOf({ alerted: "sheltered", leaving: "moving" }[name] ?? name));

// Positions at their own pace, then the rest of the timeline in compressed time (see film.py). The slider counts
// seconds of the film, every word and every stamp seconds of the incident.
const tail = { film: data.film - data.span, time: data.end - data.span };
const timeAt = (film) => film <= data.span || !tail.film ? film : data.span + (film - data.span) * tail.time / tail.film;
const filmAt = (time) => time <= data.span || !tail.film ? time : data.span + (time - data.span) * tail.film / tail.time;

const view = { film: 0, dark: false, playing: false, speed: 10, floor: 0, names: true };

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
