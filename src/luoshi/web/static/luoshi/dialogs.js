// Confirmation, menus and messages. Without JavaScript forms are sent at once and menus are <details>.
const dialog = document.getElementById("confirm-dialog");

function ask(question) {
  if (!dialog?.showModal) return Promise.resolve(window.confirm(question));
  dialog.querySelector(".ls-dialog-text").textContent = question;
  dialog.returnValue = "cancel";
  dialog.showModal();
  dialog.querySelector("[data-ok]").focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "ok"), { once: true }));
}

document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  const question = button?.dataset.confirm ?? form.dataset.confirm;
  if (!question || form.dataset.confirmed === "yes") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(question).then((yes) => {
    if (!yes) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(button ?? undefined);
    delete form.dataset.confirmed;
  });
}, true);

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  ask(event.detail.question).then((yes) => yes && event.detail.issueRequest(true));
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  if (location.hash === "#menu") location.hash = "main";
});

// Messages of success go by themselves; warnings and errors stay until they are closed.
function arm(toast) {
  toast.dataset.toast = "armed";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "ls-toast-close";
  close.setAttribute("aria-label", "关闭提示");
  close.textContent = "×";
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (toast.matches(".ls-tone-success, .ls-tone-info")) setTimeout(() => toast.remove(), 12000);
}

function armAll() {
  document.querySelectorAll('[data-toast=""]').forEach(arm);
}

armAll();
document.addEventListener("htmx:afterSettle", armAll);
