// The service worker: shows what a push service hands on, and opens the page that it is about.
// It keeps nothing and answers no request of a page.

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  const { title, body, tag, url, acknowledge } = event.data.json();
  const actions = acknowledge ? [{ action: "acknowledge", title: "I received it" }] : [];
  const options = { body, tag, actions, renotify: Boolean(tag), data: { url, acknowledge }, icon: "/static/img/mark.svg" };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, acknowledge } = event.notification.data;
  const page = new URL(event.action === "acknowledge" ? acknowledge : url, self.location.origin);
  if (page.origin === self.location.origin) event.waitUntil(self.clients.openWindow(page.href));
});
