// The wall screen draws itself anew every minute. It waits while somebody uses it, so that nobody loses their place, and
// while the server does not answer, so that the last figures stand there rather than an error.
const EVERY = 60_000, LOOK = 5_000;
let used = performance.now();
for (const sign of ["pointermove", "keydown", "wheel", "touchstart"]) {
  addEventListener(sign, () => { used = performance.now(); }, { passive: true });
}
setInterval(async () => {
  if (performance.now() - used < EVERY) return;
  const answer = await fetch("/readyz", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}, LOOK);
