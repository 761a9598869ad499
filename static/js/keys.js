// The keyboard: one key at a time, never while somebody types, and it can be switched off.
const OFF = "bulkhead_keys_off";
const typing = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;
const press = (selector) => {
  const node = document.querySelector(selector);
  node?.click();
  return Boolean(node);
};
let going = 0;

function step(by) {
  const rows = [...document.querySelectorAll("[data-open]")].filter((row) => row.checkVisibility());
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row === document.activeElement || row.closest("tr")?.contains(document.activeElement));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function go(key) {
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

const KEYS = {
  "/": () => focusSearch(),
  "?": () => (document.getElementById("keys").showModal(), true),
  g: () => ((going = Date.now()), true),
  j: () => step(1),
  k: () => step(-1),
  n: () => press("[data-new]"),
  e: () => press("[data-edit]"),
  a: () => does("a"),
  r: () => does("r"),
  "[": () => press("a[rel=prev][href]"),
  "]": () => press("a[rel=next][href]"),
};

// What a page does at a key: in the chosen row, else on the page as a whole. A field is entered, a button pressed.
function does(key) {
  const place = document.activeElement.closest("tr") ?? (document.querySelector("tr [data-does]") ? null : document);
  const node = place?.querySelector(`[data-does="${key}"]`);
  if (node) node.matches("input") ? node.focus() : node.click();
  return Boolean(node);
}

function focusSearch() {
  const search = document.querySelector("[data-list-search]") ?? document.querySelector("[data-search]");
  search?.focus();
  search?.select();
  return Boolean(search);
}

function save(event) {
  const form = event.target.form ?? document.querySelector("form[data-main]");
  if (!form || form.method === "get") return;
  event.preventDefault();
  form.requestSubmit();
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") return save(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target) || document.querySelector("dialog[open]") || localStorage.getItem(OFF)) return;
  const follows = Date.now() - going < 1500;
  going = 0;
  if (follows ? go(event.key) : KEYS[event.key]?.()) event.preventDefault();
});

const choice = document.querySelector("[data-keys-on]");
if (choice) {
  choice.checked = !localStorage.getItem(OFF);
  choice.addEventListener("change", () => (choice.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
