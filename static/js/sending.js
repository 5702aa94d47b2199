// A form is sent once. The button is not disabled, since its name and value would then be missing from what is sent.

for (const form of document.forms) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    // Where another listener keeps the form on the page, nothing was sent.
    queueMicrotask(() => {
      if (event.defaultPrevented) return;
      sent = true;
      event.submitter?.setAttribute("data-sending", "");
    });
  });
  // Coming back with the browser's button shows the page as it was left: it may be sent again.
  addEventListener("pageshow", () => {
    sent = false;
    form.querySelectorAll("[data-sending]").forEach((button) => button.removeAttribute("data-sending"));
  });
}
