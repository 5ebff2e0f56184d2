// Forms: nothing is sent twice, and nothing typed is lost by leaving the page. The server guards against both too.
const busy = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (busy.has(form)) {
    event.preventDefault();
    return;
  }
  delete form.dataset.dirty;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  busy.add(form);
  // after the browser has read the form, so that the pressed button's value is sent
  setTimeout(() => lock(form, true));
});

function lock(form, locked) {
  form.querySelectorAll("button:not([type=button]), input[type=submit]").forEach((button) => {
    button.disabled = locked;
    button.toggleAttribute("data-busy", locked);
  });
}

// The same for forms that htmx sends: one at a time, and free again after the answer.
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.detail.requestConfig.verb === "get") return;
  if (busy.has(form)) {
    event.preventDefault();
    return;
  }
  busy.add(form);
  lock(form, true);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.detail.requestConfig.verb === "get") return;
  busy.delete(form);
  lock(form, false);
});

// A page that comes back from the browser's memory can be used again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form").forEach((form) => {
    busy.delete(form);
    lock(form, false);
  });
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) form.dataset.dirty = "yes";
});

window.addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty=yes]")) event.preventDefault();
});

// The summary of what is wrong gets the focus, or the first wrong field where a page has none.
(document.querySelector(".ls-error-summary") ?? document.querySelector(".ls-field.has-error :is(input, select, textarea)"))?.focus();

// A select in a filter sends the form at once.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form.ls-filter:not([hx-get])");
  if (form && event.target.matches("select")) form.requestSubmit();
});
