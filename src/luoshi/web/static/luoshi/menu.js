// The sections of the menu: what somebody folds stays folded.
const KEY = "luoshi-menu";
const read = () => { try { return JSON.parse(localStorage.getItem(KEY)) ?? {}; } catch { return {}; } };
const kept = read();

document.querySelectorAll("details[data-section]").forEach((section) => {
  const name = section.dataset.section;
  if (name in kept && !section.querySelector("[aria-current]")) section.open = kept[name];
  section.querySelector("summary").addEventListener("click", () => {
    const now = read();
    now[name] = !section.open;
    try { localStorage.setItem(KEY, JSON.stringify(now)); } catch { /* the browser keeps nothing: nothing is lost */ }
  });
});
document.querySelector(".ls-sidebar [aria-current]")?.scrollIntoView({ block: "nearest" });
