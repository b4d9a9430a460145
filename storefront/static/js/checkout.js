// Another country asks for another address, and like another delivery it changes the sums: ask for both at
// once, keep what was typed. Without scripts the "Update address and delivery" button does the same.

const form = document.querySelector("[data-checkout]");
const PARTS = ["[data-checkout-total]", "[data-checkout-sums]", "[data-checkout-address]", "[data-checkout-ways]", "[data-checkout-codes]", "[data-checkout-pay]"];

async function update() {
  const body = new URLSearchParams(new FormData(form));
  body.set("action", "update");
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "text/html" }, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  for (const part of PARTS) {
    const fresh = page.querySelector(part);
    if (fresh) document.querySelector(part).replaceWith(document.adoptNode(fresh));
  }
  if (focused) document.getElementById(focused)?.focus();
}

if (form) {
  const button = form.querySelector("[data-checkout-update]");
  if (button) button.hidden = true;
  form.addEventListener("change", (event) => {
    if (!["country", "shipping"].includes(event.target.name)) return;
    update().catch(() => { if (button) button.hidden = false; });
  });
}
