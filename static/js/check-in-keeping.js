// Keeps the page of the entrance on this phone, if its owner asks for it, so that it opens without network. What does so
// is check-in-worker.js, which sees this page alone.

const SECTION = "[data-keep]";

export async function keeping(root) {
  if (!("serviceWorker" in navigator) || !window.caches) return;
  const scope = root.dataset.checkIn;
  if ("closed" in root.dataset) {
    await forget(scope);
    return;
  }
  const section = root.querySelector(SECTION);
  if (!section) return;
  const [ask, end] = [section.querySelector("[data-keep-list]"), section.querySelector("[data-forget-list]")];
  const shows = (isKept) => {
    ask.hidden = isKept;
    end.hidden = !isKept;
  };
  shows(Boolean((await registered(scope))?.active));
  section.hidden = false;
  ask.addEventListener("click", async () => {
    const registration = await navigator.serviceWorker.register(root.dataset.worker, { scope });
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    await isActive(worker);
    await asked(worker, { keep: location.href, with: assets() });
    shows(true);
  });
  end.addEventListener("click", async () => {
    await forget(scope);
    shows(false);
  });
}

// The registration of this very scope; that of a wider one is somebody else's.
async function registered(scope) {
  const found = await navigator.serviceWorker.getRegistration(scope);
  return found && new URL(found.scope).pathname === scope ? found : undefined;
}

async function forget(scope) {
  const registration = await registered(scope);
  await caches.delete(`check-in ${new URL(scope, location.href).href}`);
  await registration?.unregister();
}

function isActive(worker) {
  return new Promise((done, failed) => {
    const look = () => {
      if (worker.state === "activated") done();
      if (worker.state === "redundant") failed(new Error("the worker was not installed"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

function asked(worker, message) {
  return new Promise((done, failed) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => (data === "kept" ? done() : failed(new Error(data)));
    worker.postMessage(message, [channel.port2]);
  });
}

// Style sheets, scripts and fonts that this page has loaded, from this site.
function assets() {
  const loaded = performance.getEntriesByType("resource").map((one) => one.name);
  const named = [...document.querySelectorAll("link[rel=stylesheet], link[rel=preload], script[src]")];
  const all = [...loaded, ...named.map((one) => one.href ?? one.src)].map((address) => new URL(address, location.href));
  const ours = all.filter((url) => url.origin === location.origin && url.pathname.includes("/static/"));
  return [...new Set(ours.map((url) => url.href))];
}
