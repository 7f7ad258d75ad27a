// Places a menu under its button; opening, closing and Esc are the browser's.
const GAP = 4;
const EDGE = 8;

// A style attribute would be copied by htmx when it swaps, which the policy refuses; a sheet of its own is not.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(sheet);

function place(menu) {
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (!button) return;
  const box = button.getBoundingClientRect();
  const atRight = box.left + box.width / 2 > innerWidth / 2;
  const side = atRight
    ? `right: ${Math.max(EDGE, document.documentElement.clientWidth - box.right)}px`
    : `left: ${Math.max(EDGE, box.left)}px`;
  const room = innerHeight - box.bottom - GAP - EDGE;
  sheet.replaceSync(`.ax-menu { top: ${box.bottom + GAP}px; max-height: ${room}px; ${side}; }`);
}

function step(menu, key) {
  const items = [...menu.querySelectorAll("a, button, input:not(:disabled)")];
  const now = items.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now < 0 ? -1 : now - 1, Home: 0, End: -1 }[key];
  items.at(next % items.length)?.focus();
}

// These events do not bubble, so they are caught on the way down.
document.addEventListener(
  "beforetoggle",
  (event) => {
    if (event.newState === "open" && event.target.matches(".ax-menu")) place(event.target);
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const button = event.target.closest("[popovertarget]");
  const menu = document.querySelector(".ax-menu:popover-open");
  if (!menu || !(menu.contains(event.target) || button?.getAttribute("popovertarget") === menu.id)) return;
  event.preventDefault();
  event.stopPropagation();
  step(menu, event.key);
});
