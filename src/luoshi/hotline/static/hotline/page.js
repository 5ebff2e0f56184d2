// The page of a request or dispatch: figures open the steps, n and p lead through the list one came from.
const steps = [...document.querySelectorAll("#steps .ls-offers:not(.ls-more *) > :is(details, form)")];

steps.slice(0, 9).forEach((step, index) => {
  const label = step.querySelector("summary, [data-step]");
  if (!label) return;
  const key = document.createElement("kbd");
  key.textContent = index + 1;
  label.append(key);
});

function open(step) {
  const button = step.querySelector("[data-step]");
  if (button) {
    button.form.requestSubmit(button);
    return;
  }
  step.open = true;
  step.querySelector("input:not([type=hidden]), select, textarea, button[type=submit]")?.focus();
  step.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const here = event.target;
  if (here.isContentEditable || here.matches("input, textarea, select")) return;
  const near = document.querySelector(`[data-near="${CSS.escape(event.key)}"]`);
  const step = /^[1-9]$/.test(event.key) ? steps[event.key - 1] : null;
  if (!near && !step) return;
  event.preventDefault();
  near ? near.click() : open(step);
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
