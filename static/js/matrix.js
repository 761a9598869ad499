// The permission matrix: changed cells are marked and counted until they are saved.
const form = document.querySelector("form[data-matrix]");
const foot = form.querySelector("[data-matrix-foot]");

function mark() {
  let changes = 0;
  for (const box of form.querySelectorAll("input[name=cell]")) {
    const changed = box.checked !== box.defaultChecked;
    box.closest("td").classList.toggle("changed", changed);
    changes += Number(changed);
  }
  foot.hidden = changes === 0;
  foot.querySelector("[data-matrix-count]").textContent = changes;
}

if (foot) {
  form.addEventListener("change", mark);
  form.addEventListener("reset", () => setTimeout(mark));
  addEventListener("beforeunload", (event) => {
    if (!foot.hidden && !form.dataset.sent) event.preventDefault();
  });
  mark();
}
