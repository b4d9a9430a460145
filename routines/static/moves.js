// "See it move": the step's loop plays in place of its still, on request. Without this script it is a link.
import { loop } from "./player/loop.js";

for (const link of document.querySelectorAll("[data-move]")) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-pressed", "false");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const isOn = link.getAttribute("aria-pressed") === "false";
    link.setAttribute("aria-pressed", String(isOn));
    loop(link.closest("[data-moves]"), isOn);
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
}
