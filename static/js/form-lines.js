// Lines of an invoice: added with Tab, removed and brought back, totals as the books will have them.
// The arithmetic is exact (integers of BigInt) and rounds half away from zero once a line, tax on each rate's sum.
const form = document.querySelector("form[data-lines]");
const rows = form.querySelector("[data-rows]");
const template = form.querySelector("[data-empty-row]");
const count = form.querySelector("[name$='-TOTAL_FORMS']");
const decimals = Number(form.dataset.decimals);
const words = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

// A decimal as [digits, places]; both 1,5 and 1.5 are understood.
function parse(text) {
  const match = /^([+-]?)(\d*)(?:[.,](\d*))?$/.exec(text.replace(/\s/g, ""));
  if (!match || !(match[2] || match[3])) return null;
  const places = (match[3] ?? "").length;
  const digits = BigInt((match[2] || "0") + (match[3] ?? ""));
  return [match[1] === "-" ? -digits : digits, places];
}

function rounded(digits, places) {
  if (places <= 0) return digits * 10n ** BigInt(-places);
  const unit = 10n ** BigInt(places);
  const size = digits < 0n ? -digits : digits;
  const result = (2n * size + unit) / (2n * unit);
  return digits < 0n ? -result : result;
}

const field = (row, name) => row.querySelector(`.line-${name} > input`);
const isGone = (row) => row.querySelector("[name$='-DELETE']")?.checked ?? false;
const isEmpty = (row) => [...row.querySelectorAll("td.field > input")].every((input) => !input.value || input.value === "0");

function net(row) {
  const quantity = parse(field(row, "quantity").value);
  const price = parse(field(row, "unit_price").value);
  return quantity && price ? rounded(quantity[0] * price[0], quantity[1] + price[1] - decimals) : null;
}

function show(minor) {
  if (minor === null) return "–";
  const size = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, "0");
  const whole = size.slice(0, size.length - decimals);
  return words.format(`${minor < 0n ? "-" : ""}${whole}${decimals ? `.${size.slice(-decimals)}` : ""}`);
}

// Where the server adds up, it does so for the lines too.
const isAddedUpElsewhere = !!form.querySelector("#totals");

function sum() {
  for (const row of rows.querySelectorAll("[data-row]")) row.classList.toggle("gone", isGone(row));
  if (isAddedUpElsewhere) return;
  const bases = new Map();
  let whole = 0n;
  for (const row of rows.querySelectorAll("[data-row]")) {
    const amount = net(row);
    row.querySelector("[data-net]").textContent = show(amount);
    if (amount === null || isGone(row)) continue;
    whole += amount;
    const [digits, places] = parse(field(row, "tax_rate").value || "0") ?? [0n, 0];
    const rate = (digits * 10n ** 8n) / 10n ** BigInt(places);
    bases.set(rate, (bases.get(rate) ?? 0n) + amount);
  }
  let tax = 0n;
  for (const [rate, base] of bases) tax += rounded(base * rate, 10);
  for (const [name, minor] of Object.entries({ net: whole, tax, total: whole + tax })) {
    form.querySelector(`[data-total=${name}]`).textContent = show(minor);
  }
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
  made.querySelector("td.field > input").focus();
  sum();
}

rows.addEventListener("keydown", (event) => {
  if (event.key !== "Tab" || event.shiftKey || !event.target.matches("td.field > input")) return;
  const row = event.target.closest("[data-row]");
  const fields = row.querySelectorAll("td.field > input");
  if (row !== rows.lastElementChild || event.target !== fields[fields.length - 1] || isEmpty(row)) return;
  event.preventDefault();
  add();
});
form.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-line]")) add();
});
form.addEventListener("input", sum);
form.addEventListener("bulkhead:chosen", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row) return;
  for (const [name, value] of Object.entries({ description: event.detail.label, unit_price: event.detail.unit_price, tax_rate: event.detail.tax_rate })) {
    const input = field(row, name);
    if (value !== undefined && input && (!input.value || name !== "description")) input.value = value;
  }
  sum();
});
sum();
