// A field with data-suggest asks its address while somebody types and offers the answers as a native list.
// The answer is JSON: [{"value": "C10000", "label": "Northwind Trading", …}]; the rest is for the form's own script.
const waiting = new WeakMap();
export const known = new Map();

async function offer(field) {
  const text = field.value.trim();
  if (text.length < 2) return;
  const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const list = document.getElementById(field.getAttribute("list"));
  list.replaceChildren(...(await answer.json()).map((each) => {
    known.set(each.value, each);
    const option = document.createElement("option");
    option.value = each.value;
    option.label = each.label;
    return option;
  }));
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset?.suggest) return;
  clearTimeout(waiting.get(field));
  waiting.set(field, setTimeout(offer, 150, field));
});
document.addEventListener("change", (event) => {
  const found = event.target.dataset?.suggest && known.get(event.target.value);
  if (found) event.target.dispatchEvent(new CustomEvent("bulkhead:chosen", { bubbles: true, detail: found }));
});
