// What a browser may add; every page works without it.

const MINUTE = 60, HOUR = 3600, DAY = 86400;

/** Say how long ago, or in how long, the way the server says it; null where it gives the day. */
function relative(at) {
  const seconds = (Date.now() - at) / 1000;
  const distance = Math.abs(seconds);
  const say = (words) => (seconds > 0 ? `${words} ago` : `in ${words}`);
  if (distance < MINUTE) return "just now";
  if (distance > 14 * DAY) return null;
  if (distance < HOUR) return say(`${Math.floor(distance / MINUTE)} min`);
  if (distance < DAY) return say(`${Math.floor(distance / HOUR)} h`);
  return say(distance < 2 * DAY ? "1 day" : `${Math.floor(distance / DAY)} days`);
}

/** Keep the ages true on a page that stays open all day. */
function refreshTimes() {
  for (const place of document.querySelectorAll("[data-relative]")) {
    const words = relative(Date.parse(place.closest("time").dateTime));
    if (words && words !== place.textContent) place.textContent = words;
  }
}

/** Ask before a page with unsent writing is left. */
function guardWriting(form) {
  let unsent = false;
  form.addEventListener("input", () => { unsent = true; });
  form.addEventListener("submit", () => { unsent = false; });
  window.addEventListener("beforeunload", (event) => { if (unsent) event.preventDefault(); });
}

/** Say under a text how much room is left, once its limit comes near. */
function countLetters(control) {
  const note = document.createElement("span");
  note.className = "usa-hint";
  const count = () => {
    const left = control.maxLength - control.value.length;
    note.hidden = left > control.maxLength / 5;
    note.textContent = `${left} characters left`;
  };
  control.after(note);
  control.addEventListener("input", count);
  count();
}

/** Leave no unsaved words behind for the next person at this browser. */
function clearShelves() {
  try {
    Object.keys(localStorage).filter((key) => key.startsWith("osac:draft:"))
      .forEach((key) => localStorage.removeItem(key));
  } catch { /* Nothing may be kept here, so nothing was. */ }
}

refreshTimes();
setInterval(refreshTimes, 30_000);
document.querySelectorAll("form[data-guard]").forEach(guardWriting);
document.querySelectorAll("textarea[maxlength]").forEach(countLetters);
document.querySelector(".errors")?.focus();
document.querySelector("form[action$='/logout']")?.addEventListener("submit", clearShelves);
