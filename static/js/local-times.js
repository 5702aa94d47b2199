// Beside a time in the venue's zone: the same moment on the reader's clock, where the two differ.
// <time datetime="2026-11-14T13:00:00-05:00" data-zone="America/Toronto" data-here="{time} your time">

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang || undefined;

function wallTime(moment, timeZone) {
  const options = { timeZone, dateStyle: "short", timeStyle: "short" };
  return new Intl.DateTimeFormat(language, options).format(moment);
}

for (const time of document.querySelectorAll("time[data-zone][data-here]")) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.valueOf()) || !time.dateTime.includes("T")) continue;
  if (wallTime(moment, here) === wallTime(moment, time.dataset.zone)) continue;

  const days = [here, time.dataset.zone].map((timeZone) =>
    new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short" }).format(moment),
  );
  const parts = { timeZone: here, hour: "numeric", minute: "2-digit" };
  if (days[0] !== days[1]) Object.assign(parts, { weekday: "short", day: "numeric", month: "short" });

  const words = document.createElement("span");
  words.className = "local-time";
  words.textContent = time.dataset.here.replace("{time}", new Intl.DateTimeFormat(language, parts).format(moment));
  time.after(" ", words);
}
