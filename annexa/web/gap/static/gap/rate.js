// Rating in the list: keys on a focused row, or a menu on its conformity and maturity. Each value is saved at once,
// with the value that was seen, so that nobody overwrites a newer one without knowing.
const CONFORMITY = {
  Digit0: "not_assessed",
  Digit1: "nonconforming",
  Digit2: "partial",
  Digit3: "conforming",
  Digit4: "not_applicable",
};
const GAP = 4;
const queues = new Map();
let asked = null; // the button whose menu is open

const words = () => document.getElementById("gap-words")?.dataset;
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const placeOf = (row) => row.querySelector("[data-rate-url]");
const rowAt = (url) => document.querySelector(`[data-rate-url="${CSS.escape(url)}"]`)?.closest("[data-row]");
const emit = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

function say(sentence, row, value = "") {
  const id = row.querySelector(".id").textContent;
  document.getElementById("gap-said").textContent = sentence.replace("%id", id).replace("%value", value);
}

function rowFrom(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function swap(row, fresh) {
  const picked = row.querySelector("[data-pick]")?.checked;
  const focused = row.contains(document.activeElement) ? document.activeElement.dataset.rate ?? "" : null;
  fresh.classList.toggle("is-sel", row.classList.contains("is-sel"));
  if (picked) fresh.querySelector("[data-pick]").checked = true;
  row.replaceWith(fresh);
  htmx.process(fresh);
  if (focused !== null) fresh.querySelector(focused ? `[data-rate=${focused}]` : ".ax-rowlink").focus();
  return fresh;
}

async function send(url, field, value) {
  const row = rowAt(url);
  const { rateQuery } = placeOf(row).dataset;
  row.setAttribute("aria-busy", "true");
  const body = new URLSearchParams({ field, value, seen: row.querySelector(`[data-rate=${field}]`).dataset.seen });
  try {
    const headers = { "HX-Request": "true", "X-CSRFToken": token() };
    const answer = await fetch(`${url}rate/${rateQuery}`, { method: "POST", body, headers });
    const trigger = answer.headers.get("HX-Trigger");
    if (!answer.ok && !trigger) throw new Error(answer.statusText);
    const fresh = swap(row, rowFrom(await answer.text()));
    if (trigger) return emit("toast", JSON.parse(trigger).toast);
    say(words().saved, fresh, fresh.querySelector(`[data-rate=${field}] :is(.ax-st, .ax-mat .ax-sr)`).textContent);
    emit("gap-changed");
  } catch {
    row.removeAttribute("aria-busy");
    say(words().unsaved, row);
    emit("toast", { text: document.getElementById("gap-said").textContent, kind: "error" });
  }
}

// One row is saved after the other value of it, so that quick typing never meets itself.
function rate(row, field, value) {
  const { rateUrl } = placeOf(row).dataset;
  if (!rateUrl || !row.querySelector(`[data-rate=${field}]`)) return false;
  queues.set(rateUrl, (queues.get(rateUrl) ?? Promise.resolve()).then(() => send(rateUrl, field, value)));
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog:modal, :popover-open")) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  const row = document.activeElement?.closest("#table-gap [data-row]");
  if (!row || !placeOf(row)) return;
  const level = /^Digit([0-5])$/.exec(event.code)?.[1];
  const done = event.shiftKey
    ? level && rate(row, "maturity", level)
    : CONFORMITY[event.code] && rate(row, "conformity", CONFORMITY[event.code]);
  if (done) event.preventDefault();
}

function open(button) {
  const menu = document.getElementById(`gap-${button.dataset.rate}`);
  const isClause = !button.closest("[data-row]").querySelector(".id").textContent.startsWith("A.");
  for (const choice of menu.querySelectorAll("[data-value]")) {
    choice.toggleAttribute("aria-current", choice.dataset.value === button.dataset.seen);
    if (choice.dataset.value === button.dataset.seen) choice.setAttribute("aria-current", "true");
    choice.hidden = choice.dataset.value === "not_applicable" && isClause;
  }
  asked = button;
  button.setAttribute("aria-expanded", "true");
  menu.showPopover();
  place(menu, button.getBoundingClientRect());
  (menu.querySelector("[aria-current]") ?? menu.querySelector("[data-value]")).focus();
}

function place(menu, box) {
  const below = innerHeight - box.bottom - GAP > menu.offsetHeight;
  menu.style.top = `${below ? box.bottom + GAP : Math.max(GAP, box.top - menu.offsetHeight - GAP)}px`;
  menu.style.left = `${Math.min(box.left, innerWidth - menu.offsetWidth - GAP)}px`;
}

function choose(choice) {
  const row = asked.closest("[data-row]");
  const field = asked.dataset.rate;
  asked.focus();
  choice.closest("[popover]").hidePopover();
  rate(row, field, choice.dataset.value);
}

// What the drawer has saved shows in the list and in the figures.
async function follow(form) {
  const { rowUrl } = form.dataset;
  const row = rowAt(rowUrl);
  emit("gap-changed");
  if (!row) return;
  const answer = await fetch(`${rowUrl}line/${placeOf(row).dataset.rateQuery}`, { headers: { "HX-Request": "true" } });
  if (answer.ok && row.isConnected) swap(row, rowFrom(await answer.text()));
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-rate]");
  if (button) return open(button);
  const choice = event.target.closest(".gap-menu [data-value]");
  if (choice) choose(choice);
});
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.(".gap-menu") && event.newState === "closed") asked?.setAttribute("aria-expanded", "false");
}, true);
// The list keeps its place while the drawer narrows what stands above it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target.id === "drawer" && document.activeElement?.closest("#table-gap [data-row]");
  if (!row) return;
  const { top } = row.getBoundingClientRect();
  requestAnimationFrame(() => scrollBy(0, row.getBoundingClientRect().top - top));
});
document.querySelector("#table-gap [data-row].is-sel")?.scrollIntoView();
// A refused piece of evidence comes back with its reasons.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status !== 422) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});
document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.detail.target?.id === "evidence" && document.querySelector("form[data-row-url]");
  if (form) follow(form);
});
new MutationObserver((changes) => {
  for (const { target } of changes) {
    if (target.matches(".is-saved[data-autosave-state]")) follow(target.closest("form"));
  }
}).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["class"] });
