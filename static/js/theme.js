// Light, dark or as the machine says: kept in a cookie, so that the server draws the next page right at once.
const COOKIE = "bulkhead_theme";
const root = document.documentElement;
const night = matchMedia("(prefers-color-scheme: dark)");

function shown() {
  const chosen = root.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : night.matches ? "dark" : "light";
}

function label() {
  const other = shown() === "dark" ? "light" : "dark";
  for (const node of document.querySelectorAll("[data-theme-label]")) node.textContent = `Use ${other} colours`;
  for (const node of document.querySelectorAll("button.theme")) node.setAttribute("aria-label", `Use ${other} colours`);
}

function change() {
  const wanted = shown() === "dark" ? "light" : "dark";
  const machine = night.matches ? "dark" : "light";
  root.dataset.theme = wanted === machine ? "auto" : wanted;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  announce();
}

function announce() {
  label();
  document.dispatchEvent(new CustomEvent("bulkhead:theme"));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) change();
});
night.addEventListener("change", announce);
label();
