// Once a second: how old is what this page shows, and did the books move? If they did, the parts of the page
// that changed are put in place; nothing reloads, nothing that somebody is using is taken away.
const EVERY = 1000;
const LONGEST = 30000;
const address = document.body.dataset.live;
const page = document.querySelector("[data-live-page]");
const stamp = document.querySelector("[data-stamp]");
const banner = document.querySelector("[data-replica-banner]");
let version = page?.dataset.version ?? "";
let wait = EVERY;

function show(state, label, notice) {
  stamp.dataset.state = state;
  stamp.querySelector("[data-stamp-age]").textContent = label;
  const words = banner.querySelector("span");
  if (words.textContent !== notice) words.textContent = notice;
  banner.hidden = !notice;
}

async function ask() {
  const answer = await fetch(`${address}?version=${encodeURIComponent(version)}`, { headers: { Accept: "application/json" } });
  if (answer.status === 401 || answer.status === 403 || answer.redirected) return show("away", "signed out", "You are signed out. Sign in again to see new figures.");
  if (!answer.ok) throw new Error(String(answer.status));
  const news = await answer.json();
  show(news.state, news.label, news.notice);
  if (page && news.version !== version) await renew();
  version = news.version;
  return undefined;
}

async function renew() {
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const parts = [...fresh.querySelectorAll("[data-part]")];
  // The first figures of an empty page need sheets and scripts that it has not loaded.
  if (parts.some((part) => !find(part))) return location.reload();
  parts.forEach(replace);
  document.dispatchEvent(new CustomEvent("bulkhead:renewed"));
  return undefined;
}

const find = (part) => document.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);

function replace(part) {
  const old = find(part);
  if (old.outerHTML === part.outerHTML) return;
  const held = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  mark(old, part);
  old.replaceWith(part);
  if (held) part.querySelector(`[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

function mark(old, part) {
  for (const value of part.querySelectorAll("[data-value]")) {
    const before = old.querySelector(`[data-value="${CSS.escape(value.dataset.value)}"]`);
    if (before && before.textContent !== value.textContent) value.classList.add("fresh-value");
  }
}

async function turn() {
  if (!document.hidden) {
    try {
      await ask();
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, LONGEST);
      show("away", "no answer", "The server does not answer. The figures below are the last ones that arrived; trying again.");
    }
  }
  setTimeout(turn, wait);
}

if (address && stamp) turn();
