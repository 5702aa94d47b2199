// A long announcement stands in a box that scrolls. Its first words about the time are what is checked first: the box
// opens there, two lines of what comes before in sight.

const box = document.querySelector(".announcement");
const first = box?.querySelector('a[href="#starts_on"]') ?? box?.querySelector("a:has(mark)");
if (first && box.scrollHeight > box.clientHeight) {
  const line = Number.parseFloat(getComputedStyle(box).lineHeight);
  box.scrollTop += first.getBoundingClientRect().top - box.getBoundingClientRect().top - 3 * line;
}
