// The entrance. A tap shows at once, is kept on this phone until the server has it, and is sent when there is network:
// the numbers of RSVPs and times, no names. How several phones' taps are merged is decided by the server.

import { scanning } from "./check-in-camera.js";
import { keeping } from "./check-in-keeping.js";

const root = document.querySelector("[data-check-in]");
const words = root.dataset;
const news = root.querySelector("[data-news]");
const form = root.querySelector("form:has(.guests)");
const guests = new Map([...root.querySelectorAll("[data-guest]")].map((row) => [Number(row.dataset.guest), row]));
const place = `check-in ${words.checkIn} ${words.date}`;

const LOOK_AGAIN = 20_000;
const MOST_AT_ONCE = 100;
const LONGEST_PAUSE = 60_000;
// After this the server takes no tap for what it was.
const LONGEST_KEPT = 48 * 60 * 60 * 1000;

// What the server has last told: how many of an RSVP have arrived, and when.
const known = new Map([...guests].map(([number, row]) => [number, Number(row.dataset.arrived)]));
const totals = { arrived: people("[data-arrived-people]"), expected: people("[data-expected-people]") };
let standing = "";
let sending = false;
let pause = 1000;
let timer = 0;
// What is kept where the browser lets nothing be stored.
let memory = null;

function people(selector) {
  return Number(root.querySelector(selector).textContent);
}

function kept() {
  if (memory) return memory;
  try {
    return JSON.parse(localStorage.getItem(place) ?? "[]");
  } catch {
    return [];
  }
}

function keep(taps) {
  try {
    if (taps.length) localStorage.setItem(place, JSON.stringify(taps));
    else localStorage.removeItem(place);
    memory = null;
  } catch {
    memory = taps;
  }
}

function tap(number, arrived, code) {
  const row = guests.get(number);
  if (row && arrived) {
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
    show(row, arrived, time);
  } else if (row) {
    show(row, 0, "");
  }
  keep([...kept(), { id: `${Date.now()} ${Math.random()}`, rsvp: number, arrived, code, at: Date.now() }]);
  tell();
  send();
}

function show(row, arrived, time) {
  row.dataset.arrived = arrived;
  const here = words.wordsHere.replace("%p", arrived).replace("%m", row.dataset.people).replace("%t", time);
  row.querySelector("[data-here]").textContent = arrived ? here : "";
}

// Over what the server told stands what it has not heard yet.
function tell() {
  const waiting = kept();
  const last = new Map(waiting.map((one) => [one.rsvp, one.arrived]));
  let arrived = totals.arrived;
  for (const [number, now] of last) arrived += now - (known.get(number) ?? 0);
  root.querySelector("[data-arrived-people]").textContent = arrived;
  root.querySelector("[data-expected-people]").textContent = totals.expected;
  const isNews = waiting.length > 0 && standing !== "";
  news.hidden = !isNews;
  if (!isNews) return;
  const isOnPaper = memory && standing === "wordsKept";
  news.textContent = (isOnPaper ? words.wordsNoRoom : words[standing]).replace("%n", waiting.length);
  if (standing === "wordsSignedOut") {
    const link = document.createElement("a");
    link.href = words.signIn;
    link.textContent = words.wordsSignIn;
    news.append(" ", link);
  }
}

function say(text) {
  news.textContent = text;
  news.hidden = false;
}

function take(told) {
  totals.arrived = told.arrived;
  totals.expected = told.expected;
  const waiting = new Set(kept().map((one) => one.rsvp));
  for (const [number, row] of guests) {
    const [arrived, time] = told.guests[number] ?? [0, ""];
    known.set(number, arrived);
    if (!waiting.has(number)) show(row, arrived, time);
  }
  tell();
}

async function send() {
  clearTimeout(timer);
  if (sending) return;
  const batch = kept().slice(0, MOST_AT_ONCE);
  sending = true;
  try {
    await (batch.length ? post(batch) : look());
  } catch {
    standing = "wordsKept";
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
  sending = false;
  tell();
  const waiting = kept().length > 0;
  if (standing === "wordsSignedOut" || standing === "wordsRefused") return;
  const isNew = waiting && standing === "";
  timer = setTimeout(send, isNew ? 0 : waiting ? pause : LOOK_AGAIN);
}

async function post(batch, isSecond = false) {
  const now = Date.now();
  // Differences of this phone's clock are right also where the clock is wrong.
  const taps = batch.map(({ rsvp, arrived, code, at }) => ({ rsvp, arrived, code, ago: Math.max(0, now - at) / 1000 }));
  const answer = await fetch(words.checkIn, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    body: JSON.stringify({ date: words.date, taps }),
    signal: AbortSignal.timeout(15_000),
  });
  if (answer.status === 400 && !isSecond) {
    // Somebody signed in again: the token is of the session before.
    await refresh();
    await post(batch, true);
    return;
  }
  if (answer.status === 401) {
    standing = "wordsSignedOut";
    return;
  }
  if (answer.status === 403 || answer.status === 404) {
    standing = "wordsRefused";
    return;
  }
  if (!answer.ok) throw new Error(answer.statusText);
  const told = await answer.json();
  const sent = new Set(batch.map((one) => one.id));
  keep(kept().filter((one) => !sent.has(one.id)));
  well();
  take(told);
}

// What other phones have told meanwhile.
async function look() {
  if (document.hidden) return;
  const address = `${words.standing}?date=${encodeURIComponent(words.date)}`;
  const answer = await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(15_000) });
  if (!answer.ok || answer.redirected) return;
  well();
  take(await answer.json());
}

function well() {
  standing = "";
  pause = 1000;
}

async function refresh() {
  const answer = await fetch(words.checkIn, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("form:has(.guests) [name=csrf_token]");
  if (token) form.elements.csrf_token.value = token.value;
}

function folded(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function filter(sought) {
  for (const row of guests.values()) row.hidden = !row.dataset.name.includes(sought);
}

// What stands in a code: the number of the RSVP, and a proof that only the server can check.
function numberIn(code) {
  const bytes = atob(code.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(code.length / 4) * 4, "="));
  return [...bytes.slice(0, 8)].reduce((number, byte) => number * 256 + byte.charCodeAt(0), 0);
}

function scanned(text) {
  const code = text.match(/\/organize\/check-in\/([\w-]{30,40})$/)?.[1];
  const row = code && guests.get(numberIn(code));
  if (!row) {
    say(words.wordsNobody);
    return;
  }
  row.hidden = false;
  row.scrollIntoView({ block: "center" });
  news.hidden = true;
  if (row.dataset.arrived === "0") tap(Number(row.dataset.guest), Number(row.dataset.people), code);
}

if (form) {
  form.addEventListener("submit", (event) => {
    const [number, arrived] = (event.submitter?.value ?? "").split(":").map(Number);
    event.preventDefault();
    if (!guests.has(number)) return;
    tap(number, arrived);
    guests.get(number)?.querySelector("details")?.removeAttribute("open");
  });
  const search = root.querySelector("input[type=search][data-whole]");
  search?.addEventListener("input", () => filter(folded(search.value)));
  search?.form.addEventListener("submit", (event) => event.preventDefault());
  scanning(root, scanned, () => say(words.wordsCamera));

  keep(kept().filter((one) => Date.now() - one.at < LONGEST_KEPT));
  const last = new Map(kept().map((one) => [one.rsvp, one]));
  for (const [number, one] of last) {
    const row = guests.get(number);
    const time = new Date(one.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    if (row) show(row, one.arrived, time);
  }
  addEventListener("online", () => {
    pause = 1000;
    send();
  });
  document.addEventListener("visibilitychange", () => document.hidden || send());
  if (last.size) standing = "wordsSending";
  tell();
  send();
}

keeping(root);
