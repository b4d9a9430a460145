// The fields of the settings, and what they change.
import * as memory from "./memory.js";
import { all, press, root } from "./view.js";

export function showChoices(options) {
  for (const field of all("[data-option]")) {
    const value = options[field.dataset.option];
    if (field.type === "checkbox") field.checked = value;
    else field.value = String(value);
  }
  press("captions", options.captions);
  root.classList.toggle("text-only", options.textOnly);
}

export function keepChoices(options) {
  memory.write("options", options);
  showChoices(options);
}

/** Call `changed` with the name of each choice that somebody makes, after it is kept. */
export function listenToChoices(options, changed) {
  root.addEventListener("change", ({ target }) => {
    const { option } = target.dataset;
    if (!option) return;
    options[option] = target.type === "checkbox" ? target.checked : JSON.parse(target.value);
    keepChoices(options);
    changed(option);
  });
}
