// What the player says, in one place: for the eye, for the ear and for screen readers.
import { LEAD_INS, isEffort, setsOf, sideCount } from "./route.js";

const END = /[.\s]+$/;

/** Minutes and seconds, such as 1:05; a begun second counts. */
export function clock(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The word above the timer. */
export function heading(segment) {
  return {
    get_ready: "Get ready", change_tool: "Change tool", switch_side: "Switch sides", rest: "Rest",
    return: "Slowly back", hold: "Hold", end: "Done",
  }[segment.kind] ?? "Go";
}

/** The side with its number, such as "Left side 1 of 2". */
export function sideText(segments, index, steps) {
  const count = sideCount(segments, index, steps);
  const { side } = segments[index];
  return count ? `${side} ${count[0]} of ${count[1]}` : side;
}

/** What stands in large letters: the step, or the tool to change first. */
export function title(segment) {
  if (segment.kind === "end") return "Done";
  return segment.kind === "change_tool" && segment.fit ? segment.fit.replace(END, "") : segment.title;
}

/** The line below the title: what now, which set, which side, how many. */
export function place(segments, index, steps) {
  const segment = segments[index];
  const sets = setsOf(segments, segment.step);
  const set = segment.set ? `Set ${segment.set}${sets > 1 ? ` of ${sets}` : ""}` : "";
  const isOpen = segment.seconds === null && isEffort(segment);
  const many = isOpen && steps[segment.step].dose ? steps[segment.step].dose : segment.rep;
  const next = segment.kind === "change_tool" && segment.fit ? `Then: ${segment.title}` : "";
  return [heading(segment), next, set, sideText(segments, index, steps), many].filter(Boolean).join(" · ");
}

/** What to say when a segment begins; empty when nothing worth a word has changed. */
export function announcement(before, segment, dose = "") {
  const where = (part) => part && [part.step, part.side, part.set, LEAD_INS.includes(part.kind) ? part.kind : "do"].join("|");
  if (where(before) === where(segment)) return "";
  const length = segment.seconds === null ? "Until you are ready" : `${segment.seconds} seconds`;
  const told = {
    get_ready: ["Get ready", segment.title, segment.side, segment.fit],
    change_tool: [segment.fit, `Next: ${segment.title}`, segment.side],
    switch_side: ["Switch sides", segment.side],
    rest: ["Rest", length],
    end: ["Done"],
  }[segment.kind] ?? [segment.title, segment.set ? `Set ${segment.set}` : "", segment.side, segment.seconds === null && dose ? dose : segment.rep || length];
  return sentence(told);
}

/** What is said at a cue inside a segment; empty when a sound is enough. */
export function cueText(cue) {
  return { half: "Halfway.", warn: `${cue.seconds} seconds left.`, left: `${cue.seconds} seconds left.` }[cue.kind] ?? "";
}

/** Where somebody stopped, such as "step 4, right side". */
export function whereText(segment) {
  const side = segment.side ? `, ${segment.side.toLowerCase()}` : "";
  return `step ${segment.step + 1}${side}`;
}

/** A caution in one line. */
export function cautionText(caution) {
  return `${caution.when}: ${caution.then}`;
}

function sentence(parts) {
  return parts.filter(Boolean).map((part) => part.replace(END, "")).join(". ") + ".";
}
