// A service worker of one page, the entrance of one event. It goes to the network first, and shows what it keeps where
// there is none. What it keeps ends with the session, when the server shows the page no longer, and after a day.

const KEPT = `check-in ${self.registration.scope}`;
const LONGEST = 24 * 60 * 60 * 1000;
const PATIENCE = 4000;
const SINCE = "x-kept-since";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const [port] = event.ports;
  event.waitUntil(
    keep(event.data.keep, event.data.with).then(
      () => port.postMessage("kept"),
      (error) => port.postMessage(String(error)),
    ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === new URL(self.registration.scope).pathname) {
    event.respondWith(page(request));
  } else if (url.pathname.includes("/static/")) {
    event.respondWith(asset(request));
  }
});

async function keep(address, assets) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`the page answered ${answer.status}`);
  const cache = await caches.open(KEPT);
  await cache.addAll(assets);
  await put(cache, address, answer, Date.now());
}

// Under one name, whatever was searched for.
function nameOf(address) {
  const url = new URL(address);
  const date = url.searchParams.get("date");
  url.search = date ? `?date=${encodeURIComponent(date)}` : "";
  url.hash = "";
  return url.href;
}

async function put(cache, address, answer, since) {
  const headers = new Headers({ "content-type": answer.headers.get("content-type"), [SINCE]: String(since) });
  for (const name of ["content-security-policy", "permissions-policy", "referrer-policy"]) {
    if (answer.headers.has(name)) headers.set(name, answer.headers.get(name));
  }
  await cache.put(nameOf(address), new Response(await answer.blob(), { headers }));
}

async function page(request) {
  const kept = await found(request);
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    if (answer.status >= 500 && kept) return kept;
    if (answer.type === "opaqueredirect" || (answer.status >= 400 && answer.status < 500 && answer.status !== 429)) {
      await forget();
    } else if (answer.ok && kept && !new URL(request.url).searchParams.get("q")) {
      // Since when stays: a day is counted from when it was asked for.
      await put(await caches.open(KEPT), request.url, answer.clone(), Number(kept.headers.get(SINCE)));
    }
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function found(request) {
  if (!(await caches.has(KEPT))) return undefined;
  const kept = await (await caches.open(KEPT)).match(nameOf(request.url));
  if (kept && Date.now() - Number(kept.headers.get(SINCE)) > LONGEST) {
    await forget();
    return undefined;
  }
  return kept;
}

async function asset(request) {
  const kept = (await caches.has(KEPT)) && (await (await caches.open(KEPT)).match(request));
  return kept || fetch(request);
}

async function forget() {
  await caches.delete(KEPT);
  await self.registration.unregister();
}
