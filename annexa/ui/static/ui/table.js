import { word } from "./words.js";

const YEAR = 365 * 24 * 3600;
let last = null;

const boxOf = (element) => element.closest("[data-table]");
const rowsOf = (box) => [...box.querySelectorAll("[data-row]")];
const picksOf = (box) => [...box.querySelectorAll("[data-pick]")];

function count(box) {
  const picks = picksOf(box);
  const picked = picks.filter((pick) => pick.checked).length;
  const all = box.querySelector("[data-pick-all]");
  if (all) {
    all.checked = picked > 0 && picked === picks.length;
    all.indeterminate = picked > 0 && picked < picks.length;
  }
  const words = box.querySelector("[data-picked]");
  if (words) words.textContent = word("selected").replace("%n", String(picked));
}

function pickRange(box, from, to) {
  const picks = picksOf(box);
  const [first, end] = [picks.indexOf(from), picks.indexOf(to)].sort((a, b) => a - b);
  if (first < 0) return;
  for (const pick of picks.slice(first, end + 1)) pick.checked = to.checked;
}

function focusRow(row) {
  const target = row?.querySelector(".ax-rowlink") ?? row?.querySelector("[data-pick], a, button");
  target?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const here = document.activeElement.closest("[data-row]");
  const box = here ? boxOf(here) : document.querySelector("[data-table]");
  if (!box) return false;
  const rows = rowsOf(box);
  const next = here ? rows.indexOf(here) + step : step > 0 ? 0 : rows.length - 1;
  focusRow(rows[Math.min(Math.max(next, 0), rows.length - 1)]);
  return rows.length > 0;
}

function pick() {
  const box = document.activeElement.closest("[data-row]")?.querySelector("[data-pick]");
  box?.click();
  return Boolean(box);
}

// Letters work anywhere but in a field; arrows only inside a table, where they would else scroll.
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.querySelector("dialog:modal, :popover-open")) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const inRow = Boolean(document.activeElement.closest("[data-row]"));
  const act = {
    j: () => move(1),
    k: () => move(-1),
    x: pick,
    ArrowDown: () => inRow && move(1),
    ArrowUp: () => inRow && move(-1),
  }[event.key];
  if (act?.()) event.preventDefault();
}

function onClick(event) {
  const picked = event.target.closest("[data-pick]");
  if (picked) {
    if (event.shiftKey && last?.isConnected) pickRange(boxOf(picked), last, picked);
    last = picked;
    count(boxOf(picked));
    return;
  }
  const row = event.target.closest("[data-row]");
  const selecting = String(getSelection()).length > 0;
  if (row && !selecting && !event.target.closest("a, button, input, label, select, textarea, summary")) {
    row.querySelector(".ax-rowlink")?.click();
  }
}

function onChange(event) {
  const box = boxOf(event.target);
  if (event.target.matches("[data-pick-all]")) {
    for (const each of picksOf(box)) each.checked = event.target.checked;
    count(box);
  }
  const chooser = event.target.closest("[data-columns]");
  if (chooser) rememberColumns(box, chooser);
}

function rememberColumns(box, chooser) {
  const names = [...chooser.querySelectorAll("input:checked")].map((each) => each.value);
  document.cookie = `${box.dataset.cookie}=${names.join(".")}; path=/; max-age=${YEAR}; samesite=lax`;
  const address = new URL(location.href);
  address.searchParams.delete("columns");
  const area = `#${box.id} .ax-tw`;
  htmx.ajax("GET", address.pathname + address.search, { target: area, select: area, swap: "outerHTML" });
}

// A table that fits may let its head stick to the window; one that does not scrolls in its own box.
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    target.classList.remove("fits");
    const fits = target.scrollWidth <= target.clientWidth;
    target.classList.toggle("fits", fits);
    target.toggleAttribute("tabindex", false);
    if (!fits) target.tabIndex = 0;
  }
});

function watch(root) {
  for (const each of root.querySelectorAll(".ax-tw")) watcher.observe(each);
  for (const box of root.querySelectorAll("[data-table]")) count(box);
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
document.addEventListener("htmx:afterSettle", () => watch(document));
watch(document);
