import { word } from "./words.js";

const PAUSE = 120;
const REMEMBERED = 8;
const dialog = document.getElementById("palette");

function setUp() {
  const input = dialog.querySelector("input");
  const hits = dialog.querySelector("[role=listbox]");
  const key = `annexa-recent-${dialog.dataset.organization}`;
  let timer = 0;
  let asked = null;

  const options = () => [...hits.querySelectorAll("[role=option]")];
  const current = () => hits.querySelector("[aria-selected=true]");
  const recent = () => JSON.parse(localStorage.getItem(key) ?? "[]");

  function remember() {
    const page = { url: location.pathname + location.search, title: document.title.replace(/ · Annexa$/, "") };
    const others = recent().filter((each) => each.url !== page.url);
    localStorage.setItem(key, JSON.stringify([page, ...others].slice(0, REMEMBERED + 1)));
  }

  function select(option) {
    current()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show() {
    options().forEach((option, index) => {
      option.id = `palette-hit-${index}`;
    });
    select(options()[0]);
    dialog.querySelector("[data-total]").textContent = options().length || !input.value ? "" : word("nothing");
  }

  function showRecent() {
    const template = document.getElementById("palette-recent");
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", word("recent"));
    const heading = document.createElement("h3");
    heading.textContent = word("recent");
    heading.ariaHidden = "true";
    group.append(heading);
    for (const page of recent().slice(1)) {
      const option = document.createElement("div");
      option.setAttribute("role", "option");
      option.dataset.href = page.url;
      option.append(template.content.cloneNode(true));
      option.querySelector("b").textContent = page.title;
      group.append(option);
    }
    hits.replaceChildren(...(group.children.length > 1 ? [group] : []));
    show();
  }

  async function find() {
    asked?.abort();
    const text = input.value.trim();
    if (!text) return showRecent();
    asked = new AbortController();
    try {
      const address = `${dialog.dataset.url}?${new URLSearchParams({ q: text })}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      hits.innerHTML = await answer.text();
      show();
    } catch (error) {
      if (error.name === "AbortError") return;
      hits.replaceChildren();
      dialog.querySelector("[data-total]").textContent = word("searchFailed");
    }
  }

  function open() {
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    input.focus();
    showRecent();
  }

  function follow(option, newTab) {
    if (!option) return;
    if (newTab) window.open(option.dataset.href, "_blank", "noopener");
    else location.assign(option.dataset.href);
  }

  function move(step) {
    const all = options();
    if (all.length) select(all.at((all.indexOf(current()) + step) % all.length));
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && open());
  dialog.addEventListener("keydown", (event) => {
    const act = {
      ArrowDown: () => move(1),
      ArrowUp: () => move(-1),
      Enter: () => follow(current(), event.ctrlKey || event.metaKey),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  dialog.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) follow(option, event.ctrlKey || event.metaKey);
    else if (event.target === dialog) dialog.close();
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
  });
  remember();
}

if (dialog) setUp();
