// Puts the answers of the check to work on a page: its own form, a routine's steps, a product's cautions.
// It asks the network for nothing.

import { answer, answers, effects, forget, isShownAnyway, showAnyway, strongest } from "./screening.js";

const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const one = (selector, inside = document) => inside.querySelector(selector);
const make = (tag, text = "", className = "") => Object.assign(document.createElement(tag), { textContent: text, className });

/** The form: it stands there only for scripts, and keeps what is ticked. */
function wire(form) {
  const boxes = all("input[type=checkbox]", form);
  const said = one("[data-check-said]", form);
  const show = () => {
    const told = answers();
    boxes.forEach((box) => { box.checked = told.flags.includes(box.value); });
    apply();
  };
  one("[data-check-keep]", form).addEventListener("click", () => {
    const kept = answer(boxes.filter((box) => box.checked).map((box) => box.value));
    said.textContent = kept ? "Kept on this device, and nowhere else." : "This browser keeps nothing, so routines stay as they are. Please read their cautions.";
    one("[data-check-on]", form).hidden = !kept;
    apply();
  });
  one("[data-check-forget]", form).addEventListener("click", () => {
    forget();
    said.textContent = "Forgotten.";
    one("[data-check-on]", form).hidden = true;
    show();
  });
  all("[data-check-plain]").forEach((line) => { line.hidden = true; });
  form.hidden = false;
  show();
}

/** Steps of the routine as `effects` wants them; the page writes each caution once. */
function stepsOfPage() {
  const data = JSON.parse(one("#check-data")?.textContent ?? "{}");
  return (data.steps ?? []).map((step) => ({ ...step, cautions: step.cautions.map((place) => data.cautions[place]) }));
}

function button(label, key, wanted) {
  const made = make("button", label, "btn quiet small");
  made.type = "button";
  made.addEventListener("click", () => { showAnyway(key, wanted); apply(); one(`#step-${CSS.escape(key)} .check-note button`)?.focus(); });
  return made;
}

/** What stands on a step: why it is left out or softened, and how to see it all the same. */
function note(step, found, told) {
  const box = make("div", "", "check-note");
  box.append(make("p", found.effect === "leave_out" ? `${step.title}: left out for you` : "Take this step gently, or leave it", "title"));
  found.reasons.forEach((reason) => box.append(make("p", reason)));
  if (found.effect === "leave_out") box.append(button("Show anyway", step.key, true));
  return box;
}

function shownAnyway(step) {
  const box = make("div", "", "check-note");
  box.append(make("p", `You asked to see this step all the same: ${strongest(step.cautions).map((one) => `${one.when}: ${one.then}`).join(" ")}`));
  box.append(button("Leave it out again", step.key, false));
  return box;
}

function applyToSteps(told) {
  const steps = stepsOfPage();
  const found = effects(steps, told);
  for (const step of steps) {
    const item = document.getElementById(`step-${step.key}`);
    if (!item) continue;
    all(".check-note", item).forEach((old) => old.remove());
    const mine = found[step.key];
    item.classList.toggle("left-out", mine?.effect === "leave_out");
    item.classList.toggle("softened", mine?.effect === "soften");
    if (mine) item.prepend(note(step, mine, told));
    else if (isShownAnyway(step.key, told) && strongest(step.cautions, told).length) item.prepend(shownAnyway(step));
  }
  return found;
}

function summarise(told, found) {
  const line = one("[data-check-summary]");
  if (!line || !told.answered) return;
  const kinds = Object.values(found).map((each) => each.effect);
  const out = kinds.filter((kind) => kind === "leave_out").length;
  const soft = kinds.length - out;
  const steps = (count) => `${count} ${count === 1 ? "step" : "steps"}`;
  const words = [out && `leaves out ${steps(out)}`, soft && `asks for care in ${steps(soft)}`].filter(Boolean).join(" and ");
  const link = one("a", line);
  link.textContent = "Change the answers";
  line.replaceChildren(words ? `The check on this device ${words}. ` : "Nothing that you ticked on this device speaks against it. ", link);
}

/** Mark what holds, wherever it is written. */
function applyToCautions(told) {
  for (const caution of all("[data-flags]")) {
    const holds = caution.dataset.flags.split(" ").some((flag) => told.flags.includes(flag));
    caution.classList.toggle("holds", holds);
  }
  all("[data-check-product]").forEach((box) => {
    const holding = all("[data-flags].holds", box.closest("section"));
    box.hidden = !holding.length;
    box.replaceChildren(make("p", "From your check on this device", "title"), ...holding.map((line) => make("p", line.textContent)));
  });
}

function apply() {
  const told = answers();
  const isUrgent = told.flags.some((flag) => ["red_flags", "nerve_signs"].includes(flag));
  all("[data-check-urgent]").forEach((box) => { box.hidden = !isUrgent; });
  applyToCautions(told);
  summarise(told, applyToSteps(told));
}

const form = one("[data-check-form]");
if (form) wire(form);
else apply();
