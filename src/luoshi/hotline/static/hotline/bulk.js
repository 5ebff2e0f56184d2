// Choosing rows: x ticks the row that j and k reached, Shift takes all between; a run goes on by itself.
const form = document.querySelector("[data-bulk]");
const boxes = () => [...(form?.querySelectorAll("input[name=pick]") ?? [])];
const bar = form?.querySelector("[data-bulk-bar]");
const all = form?.querySelector("[data-bulk-all]");
let last = null;

function count() {
  if (!bar) return;
  const ticked = boxes().filter((box) => box.checked).length;
  bar.querySelector("[data-bulk-count]").textContent = ticked;
  all.checked = ticked > 0 && ticked === boxes().length;
  all.indeterminate = ticked > 0 && ticked < boxes().length;
  boxes().forEach((box) => box.closest("tr").classList.toggle("is-ticked", box.checked));
}

function upTo(box) {
  const list = boxes(), from = list.indexOf(last), to = list.indexOf(box);
  if (from < 0) return;
  list.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => { one.checked = box.checked; });
}

if (bar) {
  bar.hidden = false;
  form.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches?.("input[name=pick]")) return;
    if (event.shiftKey) upTo(box);
    last = box;
    count();
  });
  all.addEventListener("change", () => {
    boxes().forEach((box) => { box.checked = all.checked; });
    count();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) return;
    const box = (document.querySelector("tr.is-selected") ?? event.target.closest("tr"))?.querySelector("input[name=pick]");
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    if (event.shiftKey) upTo(box);
    last = box;
    count();
  });
  count();
}

window.addEventListener("pageshow", count);
document.querySelector("form[data-continue]")?.requestSubmit();
