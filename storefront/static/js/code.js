// A code behind "#" never reaches the shop's addresses: it goes from there into the form that asks
// for it, and out of the address. The form only looks it up; a button takes it.

const form = document.querySelector("[data-code-after-hash]");
const CODE = /^#([0-9a-z]{4}(-?[0-9a-z]{4}){3})$/i;

function take() {
  const found = CODE.exec(window.location.hash);
  if (!found) return;
  window.history.replaceState(null, "", window.location.pathname);
  form.elements.code.value = found[1];
  form.requestSubmit();
}

if (form) {
  take();
  window.addEventListener("hashchange", take);
}
