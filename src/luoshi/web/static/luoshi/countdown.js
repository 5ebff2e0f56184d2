// Live countdown: every <time data-due="ISO"> is rewritten while the page is open. The server wrote the first text.
const MINUTE = 60, HOUR = 3600, DAY = 86400, SOON = 2 * HOUR;
const serverTime = Date.parse(document.querySelector("meta[name=server-time]")?.content ?? "");
const skew = Number.isNaN(serverTime) ? 0 : serverTime - Date.now(); // offices' clocks are often wrong

export function lengthOf(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  const days = Math.floor(whole / DAY), hours = Math.floor((whole % DAY) / HOUR), minutes = Math.floor((whole % HOUR) / MINUTE);
  if (days) return hours ? `${days}天${hours}小时` : `${days}天`;
  if (hours) return minutes ? `${hours}小时${minutes}分` : `${hours}小时`;
  return minutes ? `${minutes}分钟` : "不足1分钟";
}

function draw(time) {
  const left = Math.floor((Date.parse(time.dataset.due) - Date.now() - skew) / 1000);
  const lapsed = left < 0 && "window" in time.dataset; // a right that was not used: no fault of anybody
  const text = lapsed ? "提出期已过" : left < 0 ? `已逾期 ${lengthOf(left)}` : `还剩 ${lengthOf(left)}`;
  if (time.textContent !== text) time.textContent = text;
  const badge = time.closest(".ls-due");
  if (!badge) return;
  const code = lapsed ? "lapsed" : left < 0 ? "overdue" : left <= SOON ? "soon" : badge.dataset.code;
  if (code !== badge.dataset.code) {
    badge.dataset.code = code;
    badge.className = `ls-due ls-tone-${{ lapsed: "muted", overdue: "danger" }[code] ?? "warning"}`;
  }
}

function drawAll() {
  document.querySelectorAll("time[data-due]").forEach(draw);
}

drawAll();
setInterval(drawAll, 15000);
document.addEventListener("visibilitychange", () => document.hidden || drawAll());
document.addEventListener("htmx:afterSwap", drawAll);
