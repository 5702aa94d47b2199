// <form data-goes-on>: work that takes several requests goes on by itself. Without script its button does.

const form = document.querySelector("form[data-goes-on]");

// The page is seen before it is left: its numbers are the progress.
if (form) setTimeout(() => form.requestSubmit(), 300);
