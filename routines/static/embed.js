// A film on another site: nothing of that site is loaded before somebody presses the button.

for (const box of document.querySelectorAll("[data-embed]")) {
  box.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault();
    const frame = Object.assign(document.createElement("iframe"), {
      src: box.dataset.embed,
      title: box.dataset.title,
      allow: "fullscreen; picture-in-picture",
      referrerPolicy: "no-referrer",
    });
    box.replaceChildren(frame);
    frame.focus();
  });
}
