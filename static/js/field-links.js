// A link to a field (in the summary of errors, in a marked phrase) moves the cursor into it, not only the page.

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const field = target?.matches("fieldset") ? target.querySelector("input") : target;
  if (!field?.matches("input, select, textarea")) return;
  event.preventDefault();
  (document.querySelector(`label[for="${CSS.escape(field.id)}"]`) ?? field).scrollIntoView();
  field.focus({ preventScroll: true });
});
