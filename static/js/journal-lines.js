// Lines of a journal entry: added with Tab, removed and brought back; sums in exact integers (BigInt), and what is
// still missing on either side. "=" in an amount fills in the difference.
const form = document.querySelector("form[data-journal]");
const rows = form.querySelector("[data-rows]");
const template = form.querySelector("[data-empty-row]");
const count = form.querySelector("[name$='-TOTAL_FORMS']");
const decimals = Number(form.dataset.decimals);
const words = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
const mark = words.formatToParts(1.1).find((part) => part.type === "decimal")?.value ?? ".";

// An amount in minor units; null for what is none, or has more decimals than the currency.
function minor(text) {
  const match = /^(\d*)(?:[.,](\d*))?$/.exec(text.replace(/\s/g, ""));
  if (!match || !(match[1] || match[2]) || (match[2] ?? "").length > decimals) return null;
  return BigInt((match[1] || "0") + (match[2] ?? "").padEnd(decimals, "0"));
}

function plain(amount) {
  const size = amount.toString().padStart(decimals + 1, "0");
  const whole = size.slice(0, size.length - decimals);
  return decimals ? `${whole}.${size.slice(-decimals)}` : whole;
}

const show = (amount) => words.format(plain(amount));
const field = (row, name) => row.querySelector(`.line-${name} input`);
const isGone = (row) => row.querySelector("[name$='-DELETE']")?.checked ?? false;
const isEmpty = (row) => [...row.querySelectorAll("td.field input")].every((input) => !input.value);

function totals(without = null) {
  const sums = { debit: 0n, credit: 0n };
  for (const row of rows.querySelectorAll("[data-row]")) {
    row.classList.toggle("gone", isGone(row));
    if (isGone(row)) continue;
    for (const side of ["debit", "credit"]) {
      const input = field(row, side);
      if (input !== without) sums[side] += minor(input.value) ?? 0n;
    }
  }
  return sums;
}

function sum() {
  const { debit, credit } = totals();
  const over = debit - credit;
  form.querySelector("[data-total=debit]").textContent = show(debit);
  form.querySelector("[data-total=credit]").textContent = show(credit);
  form.querySelector("[data-missing=debit]").textContent = over < 0n ? show(-over) : "";
  form.querySelector("[data-missing=credit]").textContent = over > 0n ? show(over) : "";
}

function add() {
  const index = Number(count.value);
  const made = template.content.firstElementChild.cloneNode(true);
  for (const node of made.querySelectorAll("[name],[id],[for]")) {
    for (const key of ["name", "id", "for"]) {
      if (node.hasAttribute(key)) node.setAttribute(key, node.getAttribute(key).replace("__prefix__", index));
    }
  }
  rows.append(made);
  count.value = index + 1;
  made.querySelector("td.field input").focus();
  sum();
}

rows.addEventListener("keydown", (event) => {
  const side = ["debit", "credit"].find((name) => event.target.closest(`.line-${name}`));
  if (event.key === "=" && side) {
    event.preventDefault();
    const { debit, credit } = totals(event.target);
    const missing = side === "debit" ? credit - debit : debit - credit;
    if (missing > 0n) event.target.value = plain(missing).replace(".", mark);
    sum();
    return;
  }
  if (event.key !== "Tab" || event.shiftKey || !event.target.matches("td.field input")) return;
  const row = event.target.closest("[data-row]");
  const fields = row.querySelectorAll("td.field input");
  if (row !== rows.lastElementChild || event.target !== fields[fields.length - 1] || isEmpty(row)) return;
  event.preventDefault();
  add();
});
form.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-line]")) add();
});
form.addEventListener("input", sum);
sum();
