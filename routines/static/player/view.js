// What the page shows of a run. It reads plain values and writes text, classes and attributes.
import * as clock from "./clock.js";
import { LEAD_INS, isEffort, nextUp, sidesDone } from "./route.js";
import { cautionText, clock as written, place, title, whereText } from "./words.js";

export const root = document.querySelector("[data-player]");
export const one = (selector) => root.querySelector(selector);
export const all = (selector) => [...root.querySelectorAll(selector)];

export function text(selector, value) {
  for (const element of all(selector)) {
    if (element.textContent !== value) element.textContent = value;
    if ("optional" in element.dataset) element.hidden = !value;
  }
}

export function press(action, on) {
  for (const button of all(`[data-action="${action}"]`)) button.setAttribute("aria-pressed", String(on));
}

/** A step has begun, or another side of it, or a rest. */
export function showSegment(segments, index, steps, softened) {
  const segment = segments[index];
  const step = steps[segment.step];
  root.dataset.segmentIndex = index;
  root.dataset.kind = segment.kind;
  one("[data-panel]").className = `player-panel ${segment.action}`;
  root.classList.toggle("ready", LEAD_INS.includes(segment.kind));
  text("[data-step-title]", title(segment));
  text("[data-side]", place(segments, index, steps));
  text("[data-fit]", segment.kind === "change_tool" ? "" : segment.fit);
  text("[data-cue]", segment.cue);
  text("[data-count]", `${segment.step + 1} / ${steps.length}`);
  showNext(segments, index, steps);
  showSteps(segments, index, steps);
  showStage(segment, step);
  showCautions([...new Set([...(softened[step.key]?.reasons ?? []), ...step.cautions.map(cautionText)])]);
  const amount = segment.kind === "rest" ? 15 : 10;
  text("[data-less]", `−${amount}`);
  text("[data-more]", `+${amount}`);
  text("[data-less-word]", `${amount} seconds less`);
  text("[data-more-word]", `${amount} seconds more`);
  text("[data-next-word]", segment.kind === "rest" ? "Skip the rest" : "Next");
  return amount;
}

function showNext(segments, index, steps) {
  const upNext = nextUp(segments, index);
  const tool = upNext ? upNext.fit || steps[upNext.step].tools[0] || "" : "";
  text("[data-next]", upNext ? `Next: ${upNext.title}` : "");
  text("[data-next-tool]", tool);
  one("[data-next-strip]").hidden = !upNext;
  for (const thumb of all("[data-thumb]")) thumb.hidden = Number(thumb.dataset.thumb) !== upNext?.step;
}

function showSteps(segments, index, steps) {
  const segment = segments[index];
  const isOver = segment.kind === "end";
  for (const list of [all("[data-segments] li"), all("[data-step-list] li")]) {
    list.forEach((item, step) => {
      item.classList.toggle("done", step < segment.step || isOver);
      if (step === segment.step && !isOver) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }
  all("[data-segments] li").forEach((item, step) => {
    const done = sidesDone(segments, isOver ? segments.length : index, step, steps);
    [...item.querySelectorAll("i")].forEach((bar, side) => bar.style.setProperty("--done", String(done[side] ?? 0)));
  });
}

function showStage(segment, step) {
  const tool = segment.kind === "change_tool" && all("[data-tool]").find((each) => each.dataset.tool === step.key);
  const pictures = all("[data-picture]");
  const own = tool || (pictures.find((each) => each.dataset.picture === step.key) ?? pictures.at(-1));
  for (const picture of [...pictures, ...all("[data-tool]")]) picture.hidden = picture !== own;
  const isMirrored = step.two_sided && segment.side === "Right side" && !tool;
  one("[data-stage]").dataset.mirrored = String(isMirrored);
  const locked = one("[data-locked-film]");
  if (locked) locked.hidden = !step.clip;
}

export function pictureAddress() {
  return one("[data-stage] [data-picture]:not([hidden]) img")?.currentSrc ?? "";
}

function showCautions(told) {
  const list = one("[data-cautions]");
  if (list.textContent !== told.join("")) list.replaceChildren(...told.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  one("[data-care]").hidden = !told.length;
}

/** What changes five times a second; nothing here is announced. */
export function showTime(run, segments, steps, now, isUntimed) {
  const left = clock.remaining(run, segments, now);
  const total = clock.totalLeft(run, segments, now);
  text("[data-timer]", left === null ? "Your pace" : written(left));
  one("[data-timer]").classList.toggle("long", left === null);
  text("[data-total]", total && !isUntimed ? `${written(total)} left in all` : "");
  for (const button of all('[data-action="more"], [data-action="less"]')) button.disabled = left === null;
  one("[data-ring]").style.strokeDashoffset = String(100 * clock.portion(run, segments, now));
  showBar(run, segments, steps, now);
}

/** The bar of the side that runs grows with the time. */
function showBar(run, segments, steps, now) {
  const segment = segments[run.index];
  if (!isEffort(segment)) return;
  const [here, after] = [run.index, run.index + 1].map((index) => sidesDone(segments, index, segment.step, steps));
  const side = here.findIndex((value, at) => value !== after[at]);
  const bar = all("[data-segments] li")[segment.step]?.querySelectorAll("i")[side];
  bar?.style.setProperty("--done", String(here[side] + (after[side] - here[side]) * clock.portion(run, segments, now)));
}

/** Whether it waits, runs, stands still or is over. */
export function showState(run, segments) {
  const isOwn = run.state === "running" && clock.isOwnPace(run, segments);
  root.dataset.state = run.state;
  root.dataset.endsAt = run.endsAt ?? "";
  root.classList.toggle("running", run.state === "running");
  root.classList.toggle("own-pace", isOwn);
  const word = isOwn ? "Done, go on" : { ready: "Start", running: "Pause", paused: "Go on", done: "Again" }[run.state];
  text("[data-pause-word]", word);
  one("[data-timed]").hidden = run.state === "done";
  one("[data-end]").hidden = run.state !== "done";
  const mayResume = run.state === "ready" && "resumed" in root.dataset;
  one("[data-resume]").hidden = !mayResume;
  if (mayResume) text("[data-resume-text]", `Continue at ${whereText(segments[run.index])}?`);
}

/** Steps that the check on this device leaves out, each with its plain reason and a way to do it all the same. */
export function showLeftOut(steps, effects) {
  const out = steps.filter((step) => effects[step.key]?.effect === "leave_out");
  one("[data-left-out]").hidden = !out.length;
  one("[data-left-out-list]").replaceChildren(...out.map((step) => leftOut(step, effects[step.key].reasons)));
  const gone = new Set(out.map((step) => steps.indexOf(step)));
  for (const list of [all("[data-segments] li"), all("[data-step-list] li")]) list.forEach((item, step) => item.classList.toggle("left-out", gone.has(step)));
  all("[data-go]").forEach((button) => { button.disabled = gone.has(Number(button.dataset.go)); });
}

function leftOut(step, reasons) {
  const item = document.createElement("li");
  const again = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Do it all the same" });
  again.dataset.anyway = step.key;
  again.setAttribute("aria-label", `Do it all the same: ${step.title}`);
  item.append(`${step.title}: ${reasons.join(" ")} `, again);
  return item;
}

/** One soft pulse of the border; stillness shows none, by the style sheet. */
export function pulse() {
  root.classList.remove("pulse");
  requestAnimationFrame(() => root.classList.add("pulse"));
}

/** Put the player in the place of the numbered page, without the buttons that this device has no use for. */
export function takeOver(canSpeak) {
  if (!canSpeak) one('[data-action="speak"]').remove();
  if (!document.fullscreenEnabled) one('[data-action="full"]').remove();
  if (!navigator.vibrate) one("[data-vibrate]").remove();
  one("[data-plain]").hidden = true;
  one("[data-timed]").hidden = false;
  root.classList.add("scripted");
}
