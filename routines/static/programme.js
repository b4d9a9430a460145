// The device tells its time zone: quietly where somebody begins, as an offer where they follow already.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const field of document.querySelectorAll("[data-zone]")) field.value = zone ?? "";

const choice = document.querySelector("[data-zone-choice]");
const note = document.querySelector("[data-zone-note]");
if (choice && note && zone && choice.value !== zone && [...choice.options].some((option) => option.value === zone)) {
  note.querySelector("[data-zone-name]").textContent = zone.replaceAll("_", " ");
  note.hidden = false;
  choice.value = zone;
}
