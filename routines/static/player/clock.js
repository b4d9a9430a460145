// The clock of the player: plain values in, plain values out. Times are milliseconds of Date.now(),
// so that a throttled tab is right again with its first tick.

/** A run that has not begun, at a segment. */
export function fresh(index = 0) {
  return { index, state: "ready", endsAt: null, left: null };
}

/** The length of a segment in milliseconds; null when only the person can say. */
export function lengthOf(segment) {
  return segment.seconds === null ? null : segment.seconds * 1000;
}

/** Enter a segment of a running run at a moment. */
function enter(segments, index, at) {
  if (segments[index].kind === "end") return { index, state: "done", endsAt: null, left: null };
  const length = lengthOf(segments[index]);
  return { index, state: "running", endsAt: length === null ? null : at + length, left: null };
}

/** Start, or go on after a pause. */
export function start(run, segments, now) {
  if (run.state === "running" || run.state === "done") return run;
  if (run.left === null) return enter(segments, run.index, now);
  return { ...run, state: "running", endsAt: now + run.left, left: null };
}

/** Hold everything where it is. */
export function pause(run, now) {
  if (run.state !== "running") return run;
  const left = run.endsAt === null ? null : Math.max(0, run.endsAt - now);
  return { ...run, state: "paused", endsAt: null, left };
}

/** Go to a segment; a run that stands still stays so. */
export function moveTo(run, segments, index, now) {
  const place = Math.max(0, Math.min(index, segments.length - 1));
  if (segments[place].kind === "end") return enter(segments, place, now);
  if (run.state === "running") return enter(segments, place, now);
  return { index: place, state: run.state === "done" ? "paused" : run.state, endsAt: null, left: null };
}

/** Back to the begin of this segment, or to the one before when it has just begun. */
export function previous(run, segments, now) {
  const length = lengthOf(segments[run.index]);
  const left = remaining(run, segments, now);
  const hasBegun = length !== null && left !== null && length - left > 3000;
  return moveTo(run, segments, hasBegun ? run.index : run.index - 1, now);
}

/** The same stretch once more, from its begin. */
export function repeat(run, segments, now) {
  return moveTo(run, segments, run.index, now);
}

/** Make this segment longer or shorter; it never ends before now. */
export function adjust(run, segments, seconds, now) {
  const left = remaining(run, segments, now);
  if (left === null || run.state === "done") return run;
  const wanted = Math.max(0, left + seconds * 1000);
  if (run.state === "running") return { ...run, endsAt: now + wanted };
  return { ...run, left: wanted };
}

/**
 * Let time pass: go through as many segments as have ended, each from the end of the one before.
 * With `waits`, stop before each new step until the person goes on.
 */
export function tick(run, segments, now, waits = false) {
  let current = run;
  while (current.state === "running" && current.endsAt !== null && now >= current.endsAt) {
    const next = segments[current.index + 1];
    if (waits && next.kind !== "end" && next.step !== segments[current.index].step) {
      return { index: current.index + 1, state: "paused", endsAt: null, left: null };
    }
    current = enter(segments, current.index + 1, current.endsAt);
  }
  return current;
}

/** What is left of the segment in milliseconds; null when it is not timed. */
export function remaining(run, segments, now) {
  if (run.state === "running") return run.endsAt === null ? null : Math.max(0, run.endsAt - now);
  return run.left ?? lengthOf(segments[run.index]);
}

/** What is left of everything that is timed, in milliseconds. */
export function totalLeft(run, segments, now) {
  const later = segments.slice(run.index + 1).reduce((sum, part) => sum + (lengthOf(part) ?? 0), 0);
  return (remaining(run, segments, now) ?? 0) + later;
}

/** Minutes and seconds, such as 1:05; a begun second counts. */
export function clock(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** How much of the segment is over, from 0 to 1; 0 when it is not timed. */
export function portion(run, segments, now) {
  const length = lengthOf(segments[run.index]);
  const left = remaining(run, segments, now);
  return length && left !== null ? Math.min(1, Math.max(0, 1 - left / length)) : 0;
}

/** A run that waits; nothing to hold, since only the person says when it goes on. */
export function isOwnPace(run, segments) {
  return run.state !== "done" && segments[run.index].seconds === null;
}
