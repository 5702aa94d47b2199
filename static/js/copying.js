// <a href="https://…" data-copy="https://…" data-copied="Copied">: the address goes to the clipboard, and the link
// says so.
// Without a clipboard the link remains a link.

for (const link of document.querySelectorAll("a[data-copy]")) {
  link.addEventListener("click", async (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    await navigator.clipboard.writeText(link.dataset.copy || link.href);
    const words = link.textContent;
    link.setAttribute("role", "status");
    link.textContent = link.dataset.copied;
    setTimeout(() => {
      link.textContent = words;
      link.removeAttribute("role");
    }, 3000);
  });
}
