// The bell asks once a minute how much is unread, and never while nobody looks at the page.
const EVERY = 60000;

function ask() {
  if (!document.hidden) document.getElementById("bell")?.dispatchEvent(new Event("ask"));
}

setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
