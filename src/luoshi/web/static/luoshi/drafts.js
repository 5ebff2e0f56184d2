// What was typed outlives a log-in that ran out, a page that was too old, a lost network. It lies in this tab's own
// storage, only from the moment of leaving the page, and comes back once: on the page where it was typed, to the same person.
const KEY = "luoshi-draft", LASTS = 12 * 3600 * 1000;
const keeps = document.body.hasAttribute("data-keeps-drafts"); // log-in and error pages hand it on
const who = document.body.dataset.who ?? "";
const here = location.pathname + location.search;
let edited = null;

const read = () => { try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; } };
const forget = () => sessionStorage.removeItem(KEY);
const write = (draft) => { try { sessionStorage.setItem(KEY, JSON.stringify(draft)); } catch { /* full: the server still refuses in words */ } };

const takesDraft = (form) => form?.method === "post" && !form.hasAttribute("data-no-draft") && !form.querySelector("input[type=password]");
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
const sameAction = (form) => [...document.forms].filter((other) => other.getAttribute("action") === form.getAttribute("action"));

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => option.value);
  return field.value;
}

function keep(form) {
  const values = fieldsOf(form).map((field) => [field.name, field.type, field.type === "checkbox" || field.type === "radio" ? field.value : "", valueOf(field)]);
  write({ page: here, action: form.getAttribute("action"), place: sameAction(form).indexOf(form), who, values, at: Date.now(), state: "sent" });
}

function fill(form, values) {
  for (const [name, type, choice, value] of values) {
    const field = fieldsOf(form).find((one) => one.name === name && one.type === type && (choice === "" || one.value === choice));
    if (!field) continue;
    if (typeof value === "boolean") field.checked = value;
    else if (Array.isArray(value)) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function restore(draft) {
  const form = [...document.forms].filter((one) => one.getAttribute("action") === draft.action && takesDraft(one))[draft.place];
  if (!form) return;
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  fill(form, draft.values);
  const note = document.createElement("div");
  note.className = "ls-notice ls-tone-info ls-restored";
  note.setAttribute("role", "status");
  note.textContent = "刚才没有送出的内容已经恢复，请核对后再提交；附件需要重新选择。";
  form.prepend(note);
  note.scrollIntoView({ block: "center" });
  edited = form;
}

function arrive() {
  const draft = read();
  if (!draft) return;
  if (Date.now() - draft.at > LASTS) forget();
  else if (keeps) write({ ...draft, state: "kept" });
  else if (draft.who !== who && who) forget();
  else if (draft.state === "kept" && draft.page === here) { forget(); restore(draft); }
  else if (draft.state === "sent") forget();
}

if (!keeps) {
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form");
    if (takesDraft(form)) edited = form;
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && takesDraft(event.target)) { edited = event.target; keep(edited); }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const leaving = event.detail.xhr?.getResponseHeader("HX-Redirect");
    if (event.detail.successful && !leaving && event.target === edited) { edited = null; forget(); }
  });
  window.addEventListener("pagehide", () => { if (edited?.isConnected) keep(edited); });
}
window.addEventListener("pageshow", (event) => { if (event.persisted && !keeps) forget(); });
arrive();
