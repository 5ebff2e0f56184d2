// The bell asks once a minute how much is unread, and never while nobody looks at the page. It opens the latest few
// messages (a disclosure: Enter, Space, Escape); held with Ctrl, or without script, it is a link to all of them.
const EVERY = 60000;
const bell = document.getElementById("bell"), panel = document.getElementById("bell-panel");

function ask() {
  if (!document.hidden) bell?.dispatchEvent(new Event("ask"));
}

function show(open) {
  panel.hidden = !open;
  bell.setAttribute("aria-expanded", String(open));
  if (!open) return;
  panel.replaceChildren(); // what stood there is old, and a button pressed in it would go with it
  panel.dispatchEvent(new Event("open"));
}

if (bell && panel) {
  bell.setAttribute("role", "button");
  bell.setAttribute("aria-controls", panel.id);
  bell.setAttribute("aria-expanded", "false");
  bell.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(panel.hidden);
  });
  bell.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    show(panel.hidden);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    if (panel.contains(document.activeElement)) bell.focus();
    show(false);
  });
  const leave = ({ target }) => {
    if (!panel.hidden && !bell.contains(target) && !panel.contains(target)) show(false);
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.target !== panel) return;
    if (!event.detail.successful) show(false); // states.js says why
    else if (!panel.contains(document.activeElement) && event.detail.requestConfig.verb === "post") bell.focus();
  });
}

setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
