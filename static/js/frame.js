// Menus, dialogs and messages of the frame.
const open = (id) => document.getElementById(id)?.showModal();

document.addEventListener("click", (event) => {
  const target = event.target;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
  const opener = target.closest("[data-opens]");
  if (opener) open(opener.dataset.opens);
  if (target.closest("[data-keys-open]")) open("keys");
  if (target.closest("[data-print]")) print();
  target.closest("[data-close]")?.closest(".toast")?.remove();
  const copied = target.closest("[data-copies]");
  if (copied) copy(copied);
  const link = target.closest("a[aria-disabled='true']");
  if (link) event.preventDefault();
});

async function copy(button) {
  const source = document.getElementById(button.dataset.copies);
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    say("Copied.", "success");
  } catch {
    getSelection().selectAllChildren(source);
    say("Press Ctrl C to copy: the browser does not let the page do it.", "warning");
  }
}

export function say(words, kind = "info") {
  const toast = document.createElement("div");
  toast.className = `toast ${kind}`;
  toast.textContent = words;
  document.querySelector("[data-toasts]").append(toast);
  setTimeout(() => toast.remove(), 6000);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A form is sent once: a second press while it travels does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if ((event.submitter?.getAttribute("formmethod") ?? form.method) !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A choice that takes effect at once: the form is sent when its control changes.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

for (const field of document.querySelectorAll("[data-focus-first]")) field.focus();
for (const toast of document.querySelectorAll(".toast.success, .toast.info")) setTimeout(() => toast.remove(), 6000);

document.addEventListener("htmx:sendError", () => say("The server cannot be reached. Nothing was changed; try again.", "error"));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  say(status === 403 ? "Your role may not do this. Nothing was changed." : `The server answered ${status}. Nothing was changed.`, "error");
  event.target.closest("form")?.reset();
});
