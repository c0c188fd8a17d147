"use strict";
// The plan and the people on a canvas.
const CORNERS = {
  triangle: [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
  diamond: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
};

// Marks of one look at (x, y) pairs. Each gets its own small path: one path of a thousand parts, filled at
// once, takes two to three times as long, and a square is quickest as a rectangle.
function drawMarks(context, look, points, r) {
  const { shape } = look, corners = CORNERS[shape], stroked = shape === "ring" || shape === "triangle";
  const colour = view.dark ? look.dark ?? look.colour : look.colour;
  context.fillStyle = shape === "ring" ? theme().room : colour;
  context.strokeStyle = shape === "ring" ? colour : theme().edge;
  context.lineWidth = Math.max(1, r * (shape === "ring" ? 0.4 : 0.2));
  for (let k = 0; k < points.length; k += 2) {
    const x = points[k], y = points[k + 1];
    if (shape === "square") {
      context.fillRect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
      continue;
    }
    context.beginPath();
    if (corners) {
      for (const [dx, dy] of corners) context.lineTo(x + r * dx, y + r * dy);
      context.closePath();
    } else context.arc(x, y, r, 0, 6.2832);
    context.fill();
    if (stroked) context.stroke();
  }
}

function outline(context, points, place) {
  context.moveTo(place.x(points[0]), place.y(points[1]));
  for (let k = 2; k < points.length; k += 2) context.lineTo(place.x(points[k]), place.y(points[k + 1]));
  context.closePath();
}

// Shades of the plan on a light page and on a dark one; a dark page does not light up a dark room.
const THEMES = {
  light: { room: "#ffffff", corridor: "#f0ece2", stairs: "#dde3ea", ground: "#eef2ea", wall: "#6f747a", name: "#55595e",
    ink: "#1a1a1a", edge: "#000000", paper: "#ffffff", veil: "rgba(255, 255, 255, 0.35)" },
  dark: { room: "#23282c", corridor: "#2e2c26", stairs: "#29323b", ground: "#1a1f1a", wall: "#868d94", name: "#b4babf",
    ink: "#ececea", edge: "#ffffff", paper: "#14171a", veil: "rgba(20, 23, 26, 0.35)" },
};
const theme = () => THEMES[view.dark ? "dark" : "light"];

function drawFloor(context, floor, place) {
  context.save();
  context.beginPath();
  context.rect(place.left, place.top, place.width, place.height);
  context.clip();
  const rooms = (ground) => {
    for (const room of floor.rooms) {
      if ((room.kind === "ground") !== ground) continue;
      context.fillStyle = theme()[room.kind];
      context.beginPath();
      outline(context, room.outline, place);
      context.fill();
      if (!ground) context.stroke();
    }
  };
  rooms(true);
  context.fillStyle = context.strokeStyle = theme().wall;
  context.lineWidth = Math.max(1, 3 * place.scale);
  context.beginPath();
  for (const ring of floor.rings) outline(context, ring, place);
  context.fill("evenodd");
  rooms(false);
  // A door is a gap in the wall: a stroke as wide as the wall in the colour of the floor.
  context.strokeStyle = theme().room;
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
  context.fillStyle = theme().name;
  font(context, 400, 11 * place.ratio, "center", "middle");
  for (const room of floor.rooms) {
    if (!room.name) continue;
    const x = place.x(room.at[0]), y = place.y(room.at[1]);
    const half = context.measureText(room.name).width / 2 + 2, high = 7 * place.ratio;
    // A name that does not fit its room would cover its neighbours, or be covered by its walls.
    context.beginPath();
    outline(context, room.outline, place);
    const fits = [-half, half].every((dx) => [-high, high].every((dy) => context.isPointInPath(x + dx, y + dy)));
    if (fits) context.fillText(room.name, x, y);
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
    context.fillStyle = theme().ink;
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
  const elsewhere = new Set(), teams = [], marks = GROUPS.map(() => []);
  for (let row = 0; row < run.rows; row++) {
    const k = row * run.frames + f;
    const level = run.level[k], isTeam = run.isTeam[row];
    if (level < 0) continue;
    const place = places.get(level);
    if (!place) {
      if (isTeam) elsewhere.add(data.floors[level].name);
      continue;
    }
    let x = run.x[k], y = run.y[k];
    // Between two frames a person is on the straight line, except on stairs and when leaving the plan.
    if (part && run.level[k + 1] === level) {
      x += (run.x[k + 1] - x) * part;
      y += (run.y[k + 1] - y) * part;
    }
    (isTeam ? teams : marks[GROUP_OF[run.state[k]]]).push(place.x(x), place.y(y));
  }
  const [place] = places.values();
  const r = Math.max(1.7 * place.ratio, 7 * place.scale), large = Math.max(7 * place.ratio, 20 * place.scale);
  // Contact teams come last: a team must never hide under a crowd.
  GROUPS.forEach((group, k) => drawMarks(context, LOOKS[group], marks[k], r));
  drawMarks(context, LOOKS.team, teams, large);
  note(panel, context, time, elsewhere);
}

function note(panel, context, time, elsewhere) {
  const { run, canvas } = panel, over = time > run.end && data.film > run.end;
  const words = over
    ? `Positions until ${clock(run.end)}: last picture shown, the timeline goes on`
    : elsewhere.size ? `Contact team on: ${[...elsewhere].join(", ")}` : "";
  if (!words) return;
  const ratio = window.devicePixelRatio || 1;
  if (over) {
    context.fillStyle = theme().veil;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  // Words as large as fit: on a phone a panel is narrow.
  let size = 14 * ratio;
  font(context, 600, size, "center", "middle");
  const room = canvas.width - 16 * ratio, needed = context.measureText(words).width;
  if (needed > room) font(context, 600, size *= room / needed, "center", "middle");
  const wide = Math.min(needed, room) + 16 * ratio;
  context.fillStyle = theme().ink;
  context.fillRect((canvas.width - wide) / 2, canvas.height - 28 * ratio, wide, 24 * ratio);
  context.fillStyle = theme().paper;
  context.fillText(words, canvas.width / 2, canvas.height - 16 * ratio);
}
