// Lists the routines that were left in the middle. Their places are on this device alone: nothing is asked or sent.

import { places } from "./player/memory.js";

const box = document.querySelector("[data-continue]");
for (const place of box ? places() : []) {
  const link = document.createElement("a");
  link.href = `${box.dataset.continue.replace("-slug-", encodeURIComponent(place.slug))}?profile=${encodeURIComponent(place.profile)}`;
  link.textContent = place.title;
  const row = document.createElement("li");
  row.append(link);
  box.querySelector("ul").append(row);
  box.hidden = false;
}
