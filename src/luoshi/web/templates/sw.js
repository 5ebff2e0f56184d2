{% load static %}// Without network a page that cannot be fetched is answered by the offline page. Nothing else is kept or changed.
const CACHE = "luoshi-offline-{% static 'luoshi/states.css' %}";
const PAGE = "{% url 'offline' %}";
const FILES = [PAGE, "{% static 'vendor/tabler.min.css' %}", "{% static 'luoshi/tokens.css' %}", "{% static 'luoshi/shell.css' %}", "{% static 'luoshi/components.css' %}", "{% static 'luoshi/patterns.css' %}", "{% static 'luoshi/states.css' %}", "{% static 'luoshi/drafts.js' %}", "{% static 'luoshi/states.js' %}", "{% static 'luoshi/seal.svg' %}", "{% static 'vendor/icons.svg' %}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const { request } = event, path = new URL(request.url).pathname;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  else if (FILES.includes(path)) event.respondWith(fetch(request).catch(() => caches.match(path)));
});
