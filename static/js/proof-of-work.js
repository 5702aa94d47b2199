// <form data-challenge="{…}" data-solver="/static/vendor/altcha/pbkdf2.js">: solves the challenge of ALTCHA with its own
// workers, puts the solution into the field `proof`, and sends the form. Where that cannot be done the form stays as it
// is for those who have no script: with a button, to be pressed after a while.

const form = document.querySelector("form[data-challenge]");
const working = form.querySelector("[data-working]");
const instead = form.querySelector("[data-waiting-instead]");

function show(isWorking) {
  working.hidden = !isWorking;
  instead.hidden = isWorking;
}

// Several workers try every second, third … number; the first that finds the solution ends the others.
function solve(challenge) {
  const number = Math.min(4, navigator.hardwareConcurrency || 2);
  const workers = Array.from({ length: number }, () => new Worker(form.dataset.solver));
  return Promise.any(
    workers.map(
      (worker, start) =>
        new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => (data?.derivedKey ? resolve(data) : reject(data));
          worker.onerror = reject;
          worker.postMessage({ type: "work", challenge, counterStart: start, counterStep: number });
        }),
    ),
  ).finally(() => workers.forEach((worker) => worker.terminate()));
}

async function prove() {
  show(true);
  try {
    const challenge = JSON.parse(form.dataset.challenge);
    const solution = await solve(challenge);
    form.elements.proof.value = btoa(JSON.stringify({ challenge, solution }));
    form.submit();
  } catch {
    show(false);
  }
}

// Whoever comes back to this page with the browser's button has sent it already.
const [arrival] = performance.getEntriesByType("navigation");
if (arrival?.type !== "back_forward" && globalThis.crypto?.subtle) prove();
