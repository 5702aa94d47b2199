// <form>… <table>…</table> <div data-ticking="Tick all on this page">…</div></form>: a box before the table that ticks all
// of the form's boxes.

for (const acts of document.querySelectorAll("[data-ticking]")) {
  const boxes = [...acts.closest("form").querySelectorAll('input[type="checkbox"][name]')];
  const all = document.createElement("input");
  all.type = "checkbox";
  all.className = "choice-input tick";
  const label = document.createElement("label");
  label.className = "ticked";
  label.append(all, acts.dataset.ticking);
  acts.closest("form").querySelector("table").before(label);
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  acts.closest("form").addEventListener("change", () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  });
}
