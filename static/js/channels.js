// Asks the browser, when its owner presses the button, whether this site may show notifications.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const say = (form, words) => { form.querySelector("[role=status]").textContent = words; };

async function subscribe(form) {
  const worker = await navigator.serviceWorker.register(form.dataset.worker);
  await navigator.serviceWorker.ready;
  const former = await worker.pushManager.getSubscription();
  await former?.unsubscribe();
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) });
}

async function send(form) {
  if (await Notification.requestPermission() !== "granted") {
    say(form, "Your browser does not allow it. You can change that in its settings for this site.");
    return;
  }
  say(form, "Waiting for your browser.");
  try {
    const { endpoint, keys } = (await subscribe(form)).toJSON();
    form.elements.address.value = endpoint;
    form.elements.browser.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    form.submit();
  } catch {
    say(form, "Your browser could not reach its push service. Try again later.");
  }
}

for (const form of document.querySelectorAll("form[data-push]")) {
  form.hidden = false;
  if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
  } else {
    say(form, "This browser cannot show notifications of a site. On a telephone, add the site to the home screen first.");
    form.querySelector("button").hidden = true;
  }
}
