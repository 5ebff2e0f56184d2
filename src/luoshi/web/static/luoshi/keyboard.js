// Keys: Ctrl-K search everything, / search the list, j k rows, Enter or o opens, a row's own letters (data-key) take its
// steps, g and a letter goes to a page, ? shows the list.
let waiting = false; // after g
let row = -1;

function typing(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
}

function rows() {
  return [...document.querySelectorAll("[data-list] tbody tr:not(.ls-group)")];
}

function select(step) {
  const all = rows();
  if (!all.length) return;
  row = Math.min(Math.max(row + step, 0), all.length - 1);
  all.forEach((item, index) => item.classList.toggle("is-selected", index === row));
  (all[row].querySelector(".ls-main-cell a") ?? all[row].querySelector("a"))?.focus({ preventScroll: true });
  all[row].scrollIntoView({ block: "nearest" });
}

function go(key) {
  const link = [...document.querySelectorAll("a[data-go]")].find((item) => item.dataset.go === key);
  link?.click();
}

// A step of the row selected, by its letter; the letter of a step comes before the page's own keys.
function stepOf(key) {
  return rows()[row]?.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

const actions = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => select(1),
  k: () => select(-1),
  o: () => (rows()[row]?.querySelector(".ls-main-cell a") ?? rows()[row]?.querySelector("a"))?.click(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    const find = document.querySelector("[data-find]");
    if (find?.offsetParent) { event.preventDefault(); find.focus(); find.select(); }
    else if (document.querySelector(".ls-find-link")) { event.preventDefault(); document.querySelector(".ls-find-link").click(); }
    return;
  }
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (waiting) {
    waiting = false;
    event.preventDefault();
    go(event.key);
  } else if (event.key === "g") {
    waiting = true;
    setTimeout(() => { waiting = false; }, 1500);
  } else if (stepOf(event.key)) {
    event.preventDefault();
    if (!event.repeat) stepOf(event.key).click();
  } else if (actions[event.key]) {
    event.preventDefault();
    actions[event.key]();
  }
});

// After a step the row that took the place of the one done is selected, so that one can go on; any other list begins anew.
document.addEventListener("htmx:afterSwap", (event) => {
  const stepped = event.detail.requestConfig?.verb === "post" && row >= 0;
  row = stepped ? row - 1 : -1;
  if (stepped) select(1);
});
