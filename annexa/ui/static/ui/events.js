// Keep the bell current while the page is open.
const bell = document.getElementById("bell");

function show(unread) {
  bell.classList.toggle("ax-dot", unread > 0);
  bell.setAttribute("aria-label", bell.dataset.words.replace("%n", unread));
  bell.dataset.unread = unread;
}

if (bell) {
  const kept = Number(sessionStorage.getItem(bell.dataset.events) || 0);
  show(kept);
  const stream = new EventSource(bell.dataset.events);
  stream.addEventListener("inbox", (event) => {
    const { unread } = JSON.parse(event.data);
    sessionStorage.setItem(bell.dataset.events, unread);
    show(unread);
  });
  window.addEventListener("pagehide", () => stream.close());
}
