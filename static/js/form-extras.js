// Allowances and charges of a document: rows that are added and removed. Totals come from the server; this puts each
// line's net amount into its row, and the due date into its field until somebody types another one.
const form = document.querySelector("form[data-lines]");
const place = form.querySelector("[data-extras]");
const due = form.querySelector("[name=due_date]");
let isOwn = !!form.querySelector("[name=version]");

function ask() {
  form.dispatchEvent(new CustomEvent("totals"));
}

function add() {
  const count = place.querySelector("[name$='-TOTAL_FORMS']");
  const made = place.querySelector("[data-empty-extra]").content.firstElementChild.cloneNode(true);
  for (const node of made.querySelectorAll("[name],[id],[for]")) {
    for (const key of ["name", "id", "for"]) {
      if (node.hasAttribute(key)) node.setAttribute(key, node.getAttribute(key).replace("__prefix__", count.value));
    }
  }
  place.querySelector("[data-extra-rows]").append(made);
  count.value = Number(count.value) + 1;
  made.querySelector("td.field input").focus();
}

function putIn(totals) {
  const rows = form.querySelectorAll("[data-rows] [data-row]");
  for (const net of totals.querySelectorAll("[data-net-of]")) {
    const output = rows[Number(net.dataset.netOf)]?.querySelector("[data-net]");
    if (output) output.textContent = net.content.textContent;
  }
  if (due && !isOwn && totals.dataset.due) due.value = totals.dataset.due;
}

place?.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-extra]")) add();
});
due?.addEventListener("input", () => { isOwn = true; });
form.addEventListener("change", (event) => {
  if (event.target === form.terms || event.target === form.customer || event.target === form.issue_date) {
    if (!isOwn && due) due.value = "";
    ask();
  }
});
form.addEventListener("bulkhead:chosen", ask);
form.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-line], .line-gone")) ask();
});
document.body.addEventListener("htmx:afterSwap", (event) => {
  const totals = form.querySelector("#totals");
  if (totals && event.detail.target.id === "totals") putIn(totals);
});
document.addEventListener("DOMContentLoaded", ask);
if (document.readyState !== "loading") setTimeout(ask, 50);
