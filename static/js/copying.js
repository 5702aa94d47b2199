// <a href="https://…" data-copy="Copied">Copy link</a>: the address goes to the clipboard and the link says so.
// Without a clipboard the link remains a link.

for (const link of document.querySelectorAll("a[data-copy]")) {
  link.addEventListener("click", async (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    await navigator.clipboard.writeText(link.href);
    const words = link.textContent;
    link.setAttribute("role", "status");
    link.textContent = link.dataset.copy;
    setTimeout(() => {
      link.textContent = words;
      link.removeAttribute("role");
    }, 3000);
  });
}
