// Between page and server: what is under way, a lost network, errors. Each says what happened, what was kept, what to do.
const root = document.documentElement;
const PING = "/healthz", AGAIN_AFTER = 10000;
const NETWORK = {
  happened: "网络不通，这次操作没有送出", kept: "填写的内容还在本页。", advice: "请检查网络后重试。",
};
const BY_STATUS = {
  413: { happened: "内容或附件太大，没有送出", kept: "填写的内容还在本页。", advice: "请减小附件后再提交。" },
  429: { happened: "操作太频繁，系统暂时没有接收", kept: "填写的内容还在本页。", advice: "请稍等一会儿再试。" },
  502: { happened: "系统暂时没有回应", kept: "填写的内容还在本页。", advice: "请稍后重试。" },
  503: { happened: "系统正在维护", kept: "填写的内容还在本页。", advice: "请稍后重试。" },
  504: { happened: "系统回应超时", kept: "填写的内容还在本页。", advice: "请先查看事项的状态，没有办理的再重试。" },
};
const OTHER = { happened: "操作没有完成", kept: "填写的内容还在本页。", advice: "请稍后再试；仍然不行的，请告诉系统管理员。" };
const WORTH_AGAIN = new Set([0, 429, 500, 502, 503, 504]);

// --- under way: a thin bar, drawn by the style sheet only after 200 ms
let running = 0;
function count(step) {
  running = Math.max(0, running + step);
  root.toggleAttribute("data-loading", running > 0);
}
document.addEventListener("htmx:beforeSend", (event) => {
  count(1);
  event.detail.target?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  count(-1);
  event.detail.target?.removeAttribute("aria-busy");
});

// --- what was refused or failed
function said(xhr) {
  const page = xhr.responseText ? new DOMParser().parseFromString(xhr.responseText, "text/html") : null;
  const facts = [...(page?.querySelectorAll(".ls-error-facts dd") ?? [])].map((item) => item.textContent.trim());
  if (facts.length === 3) return { happened: facts[0], kept: facts[1], advice: facts[2] };
  const refusal = page?.querySelector(".ls-messages .ls-toast, .ls-notice.ls-tone-danger, .ls-error")?.textContent.trim();
  if (refusal) return { happened: refusal, kept: "", advice: "请打开这件事项办理。" };
  return BY_STATUS[xhr.status] ?? OTHER;
}

// What the page asks by itself (the bell) fails in silence.
const quiet = ({ requestConfig }) => requestConfig?.headers?.["X-Quiet"] === "1";

function again({ elt, target, requestConfig }) {
  if (elt instanceof HTMLFormElement && requestConfig.verb !== "get") return () => elt.requestSubmit();
  if (requestConfig.verb !== "get") return null;
  return () => window.htmx.ajax("GET", requestConfig.path, { source: elt, target });
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function say({ happened, kept, advice }, retry) {
  let box = document.querySelector(".ls-messages");
  if (!box) {
    box = element("div", "ls-messages");
    document.getElementById("main")?.prepend(box);
  }
  box.setAttribute("role", "alert");
  const toast = element("div", "ls-toast ls-tone-danger");
  toast.dataset.error = "yes";
  const text = element("div", "ls-toast-text");
  text.append(element("strong", "", happened), element("p", "", `${kept}${advice}`));
  toast.append(text);
  if (retry) {
    const button = element("button", "btn btn-sm ls-toast-again", "重试");
    button.type = "button";
    button.addEventListener("click", () => { toast.remove(); retry(); });
    toast.append(button);
  }
  const close = element("button", "ls-toast-close", "×");
  close.type = "button";
  close.setAttribute("aria-label", "关闭提示");
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  box.replaceChildren(toast);
  toast.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (quiet(event.detail)) return;
  say(said(xhr), WORTH_AGAIN.has(xhr.status) ? again(event.detail) : null);
});
document.addEventListener("htmx:sendError", (event) => {
  if (!quiet(event.detail)) say(NETWORK, again(event.detail));
  check();
});
document.addEventListener("htmx:timeout", (event) => say(BY_STATUS[504], again(event.detail)));

// --- without network: a banner, and nothing is sent until it is back
let banner = null, timer = 0;
const isPost = (form) => form instanceof HTMLFormElement && form.method === "post";

function lockForms(locked) {
  document.querySelectorAll("form[method=post] button:not([type=button])").forEach((button) => {
    if (locked && !button.disabled) { button.disabled = true; button.dataset.offline = "yes"; }
    if (!locked && button.dataset.offline) { button.disabled = false; delete button.dataset.offline; }
  });
}

function goOffline() {
  if (banner) return;
  banner = element("div", "ls-offline");
  banner.setAttribute("role", "alert");
  const text = element("p", "", "网络已断开，填写的内容保留在本页，网络恢复后再提交。");
  const button = element("button", "btn btn-sm", "重新连接");
  button.type = "button";
  button.addEventListener("click", check);
  banner.append(text, button);
  document.body.prepend(banner);
  lockForms(true);
  timer = setInterval(check, AGAIN_AFTER);
}

function goOnline() {
  if (!banner) return;
  clearInterval(timer);
  banner.remove();
  banner = null;
  lockForms(false);
}

async function check() {
  try {
    const answer = await fetch(PING, { cache: "no-store" });
    if (answer.ok) goOnline();
  } catch {
    goOffline();
  }
}

window.addEventListener("offline", goOffline);
window.addEventListener("online", check);
if (navigator.onLine === false) goOffline();
document.addEventListener("submit", (event) => {
  if (!banner || !isPost(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// --- the page that stands in where a page cannot be fetched; only where the browser allows it (https or this machine)
navigator.serviceWorker?.register("/sw.js").catch(() => {});
document.querySelectorAll("[data-back]").forEach((link) => link.addEventListener("click", (event) => {
  if (history.length < 2) return;
  event.preventDefault();
  history.back();
}));
document.querySelectorAll("[data-reload]").forEach((button) => button.addEventListener("click", () => location.reload()));
