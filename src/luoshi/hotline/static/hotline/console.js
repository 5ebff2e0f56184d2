// The agent's console: one key for each step, focus that stays where it is, nothing typed is lost.
// Without JavaScript the same form works with its buttons, and 查找 fills the panels.
const SAVE_AFTER = 1500;
const STORE = "luoshi-call";
let desk = document.getElementById("console");
let form = document.getElementById("intake");
let timer = 0, sending = false, saving = null;

const field = (name) => form.elements[name];
const reachable = (node) => node && (node.offsetParent !== null || node.getClientRects().length > 0);

function values(button) {
  const data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  return data;
}

function typed() {
  return [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
}

// The draft: on the server, so that it survives a change of machine; and here, for when the network is down.
let change = 0, stored = 0; // what was typed last, and what of it the server has
function keepHere() {
  try {
    sessionStorage.setItem(STORE, JSON.stringify({ at: Date.now(), fresh: change !== stored, pairs: typed() }));
  } catch { /* a full or forbidden store: the server's draft is left */ }
}

function forgetHere() {
  clearTimeout(timer);
  saving?.abort();
  try { sessionStorage.removeItem(STORE); } catch { /* as above */ }
}

function restore() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(STORE)); } catch { return; }
  const pairs = new Map(kept?.pairs ?? []);
  const saved = Date.parse(form.dataset.saved) || 0;
  if (!pairs.size || location.search.includes("last=") || kept.at <= saved + (kept.fresh ? 0 : SAVE_AFTER)) return;
  for (const control of form.elements) {
    if (!control.name || ["csrfmiddlewaretoken", "key"].includes(control.name) || control.type === "submit") continue;
    if (control.type === "checkbox") control.checked = pairs.has(control.name);
    else if (control.type === "radio") control.checked = pairs.get(control.name) === control.value;
    else if (pairs.has(control.name)) control.value = pairs.get(control.name);
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

function say(text, tone = "danger") {
  const box = document.getElementById("kept");
  box.textContent = text;
  box.classList.toggle("text-danger", tone === "danger");
}

function toLogin() {
  keepHere();
  location.assign(desk.dataset.login);
}

async function save() {
  keepHere();
  saving?.abort();
  saving = new AbortController();
  const mine = change;
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST", body: values(), headers: { "HX-Request": "true" }, signal: saving.signal,
    });
    if (answer.headers.get("HX-Redirect")) say("登录已过期：内容保存在本机，登记时会请您重新登录");
    else if (answer.ok) {
      stored = mine;
      keepHere();
      say("", "");
      document.getElementById("kept").innerHTML = await answer.text();
    } else say(answer.status < 500 ? await answer.text() : "草稿没有存到服务器，内容保存在本机");
  } catch (error) {
    if (error.name !== "AbortError") say("网络中断：内容保存在本机，恢复后继续");
  }
}

function changed() {
  change += 1;
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER);
}

// Sending: the page stays until the server has said yes.
async function send(button) {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  saving?.abort();
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: values(button), headers: { "HX-Request": "true" } });
    const there = answer.headers.get("HX-Redirect");
    if (there?.startsWith("/login")) return toLogin();
    if (there) {
      forgetHere();
      delete form.dataset.dirty;
      location.assign(there);
      return;
    }
    show(await answer.text(), answer.status);
  } catch {
    keepHere();
    say("网络中断，没有登记；内容还在，请稍后再按一次");
  } finally {
    sending = false;
    form.removeAttribute("aria-busy");
  }
}

function show(text, status) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.getElementById("console");
  if (!fresh) {
    say(page.querySelector(".ls-error-facts dd")?.textContent.trim() || `没有登记成功（${status}），内容还在`);
    return;
  }
  desk.replaceWith(fresh);
  desk = fresh;
  form = document.getElementById("intake");
  window.htmx?.process(desk);
  listen();
  (form.querySelector(".has-error :is(input, select, textarea)") ?? field("mobile")).focus();
}

function listen() {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-plain")) { forgetHere(); return; }
    event.preventDefault();
    if (event.submitter?.dataset.pick) pick(event.submitter);
    else send(event.submitter);
  });
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
}

function pick(button) {
  field("unit").value = button.dataset.pick;
  field("unit").dispatchEvent(new Event("change", { bubbles: true }));
  mark();
}

function mark() {
  document.querySelectorAll("[data-pick]").forEach((button) => {
    const chosen = button.dataset.pick === field("unit")?.value;
    button.classList.toggle("is-chosen", chosen);
    button.setAttribute("aria-pressed", String(chosen));
  });
}

// Keys. Alt with a letter or figure never writes anything, so they work inside every field.
const places = {
  w: () => field("content").focus(),
  d: () => (field("unit") ?? field("content")).focus(),
  b: () => (document.querySelector("#beside :is(button, a[href])") ?? document.getElementById("beside")).focus(),
  h: () => document.getElementById("shortcuts").showModal(),
};

function press(key) {
  const button = [...document.querySelectorAll("[data-key]")].find((item) => item.dataset.key === key && reachable(item));
  if (!button) return false;
  button.form ? button.form.requestSubmit(button) : button.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey) {
    event.preventDefault();
    press("send");
    return;
  }
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const key = event.code.replace(/^(Digit|Numpad|Key)/, "").toLowerCase();
  if (places[key]) places[key]();
  else if (!press(key) && !/^[1-9rn]$/.test(key)) return;
  event.preventDefault();
});

// Enter in a line would press the first button of the form: it goes on to the next field instead.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const here = event.target;
  if (!(here instanceof HTMLInputElement) || here.form !== form || here.type === "submit") return;
  event.preventDefault();
  const all = [...form.elements].filter((item) => item.matches("input:not([type=hidden]), select, textarea, button") && reachable(item));
  all[all.indexOf(here) + 1]?.focus();
});

document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.getResponseHeader("HX-Redirect")?.startsWith("/login")) {
    event.preventDefault();
    keepHere();
    say("登录已过期：内容保存在本机，登记时会请您重新登录");
  }
});
document.addEventListener("htmx:afterSwap", mark);
window.addEventListener("pagehide", () => { if (form.elements.content.value && !sending) keepHere(); });

// The keys above take the place of the browser's own, which serve where there is no script.
for (const item of document.querySelectorAll("[accesskey]")) item.removeAttribute("accesskey");
listen();
restore();
if (!document.querySelector(".has-error")) field("mobile").focus();
