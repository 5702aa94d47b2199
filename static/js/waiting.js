// <p data-waiting="3">…</p>: looks every three seconds whether the page still waits. The words and bars change when
// they do, and the page is loaded anew once it has something else to show.

const words = document.querySelector("[data-waiting]");

async function look() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-waiting]");
    if (answer.ok && !now) {
      location.reload();
      return;
    }
    const bars = page.querySelectorAll("progress");
    document.querySelectorAll("progress").forEach((bar, number) => (bar.value = bars[number]?.value ?? bar.value));
    if (now && now.textContent !== words.textContent) words.textContent = now.textContent;
  } catch {
    // No network at the moment: the next look may find it.
  }
  setTimeout(look, words.dataset.waiting * 1000);
}

if (words) setTimeout(look, words.dataset.waiting * 1000);
