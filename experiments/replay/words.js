"use strict";
// What happens now, in words: phases of the response, and the line that says what differs.
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
    words: (run) => `officers have made first contact (at ${clock(run.stamps.FIRST_CONTACT)})`,
    shared: "officers have made first contact" },
  { stamp: "ALL_CLEAR", style: "clear", title: "All-clear",
    words: (run) => `the all-clear has been given (at ${clock(run.stamps.ALL_CLEAR)})`, shared: "the all-clear has been given" },
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

function careClause(time) {
  const begun = data.runs.filter((run) => run.stamps.EMS_PATIENT_CONTACT !== null && run.stamps.EMS_PATIENT_CONTACT <= time);
  if (!begun.length) return "";
  if (data.runs.length === 1) return " First care has begun.";
  return begun.length === 2 ? " First care has begun under both." : ` First care has begun under ${begun[0].label} only.`;
}

function inWords(time) {
  const [a, b] = data.runs;
  const at = `At ${clock(time)}`;
  const p = phaseAt(a, time);
  if (!b) return `${at} ${PHASES[p].words(a)}.${careClause(time)}`;
  const q = phaseAt(b, time);
  const secured = securedClause(a, b, time) + careClause(time);
  if (p !== q) {
    const other = PHASES[q].words(b).replace("officers", PHASES[p].words(a).includes("officers") ? "they" : "officers");
    return `${at} ${PHASES[p].words(a)} under ${a.label}; under ${b.label} ${other}.${secured}`;
  }
  const [s, t] = [begins(a, p), begins(b, p)];
  if (s === t) {
    const split = firstSplit();
    const next = time < split && split < Infinity ? ` The response first differs at ${clock(split)}.` : "";
    const shared = PHASES[p].shared ?? PHASES[p].words(a);
    return `${at} ${shared} under both policies.${next}${secured}`;
  }
  const [early, late] = s < t ? [a, b] : [b, a];
  const what = ["", "The call", "Dispatch", "The first officer", "Entry", "First contact", "The all-clear"][p];
  return `${what} came at ${clock(Math.min(s, t))} under ${early.label} and at ${clock(Math.max(s, t))} under ` +
    `${late.label}: ${lasting(Math.abs(t - s))} later.${secured}`;
}
