// What a browser may add to the form of a draft: it saves by itself, loses nothing when it cannot,
// and keeps title, checklist and ready-made advice true while somebody types.

const PAUSE = 4000, RETRY = 15_000, RETRY_PRESSED = 2000, LONGEST_KEEPALIVE = 60_000;
const OWN = new Set(["csrf_token", "stock"]);
const form = document.querySelector("form[data-compose]");
const note = form.querySelector("[data-saved]");
const shelf = () => `osac:draft:${form.dataset.key}`;
const fields = () => [...new FormData(form)].filter(([name]) => !OWN.has(name));
let saved = JSON.stringify(fields());
let timer = 0, saving = null, leaving = false, pressed = null;
let isOvertaken = false, isSignedOut = false, isAway = false;

function say(words, link) {
  note.textContent = words;
  if (!link) return;
  const anchor = document.createElement("a");
  anchor.href = link.href;
  anchor.textContent = link.words;
  note.append(" ", anchor);
}

/** Keep what is typed in this browser until the server has it. */
function keep() {
  try {
    localStorage.setItem(shelf(), JSON.stringify(fields()));
  } catch { /* Full, or not allowed here: then only the server keeps it. */ }
}

function forget() {
  try {
    localStorage.removeItem(shelf());
  } catch { /* Nothing was kept. */ }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(shelf()));
  } catch {
    return null;
  }
}

const isUnsaved = () => JSON.stringify(fields()) !== saved;

/** Save after a pause in typing. */
function later(pause = PAUSE) {
  clearTimeout(timer);
  if (form.dataset.autosave && !isOvertaken && !isSignedOut) timer = setTimeout(save, pause);
}

async function save(hurried = false) {
  clearTimeout(timer);
  if (saving || isOvertaken || !form.dataset.autosave || !isUnsaved()) return saving;
  const sent = JSON.stringify(fields());
  const body = new URLSearchParams(new FormData(form));
  say("Saving ...");
  saving = fetch(form.dataset.autosave, {
    method: "POST", body, keepalive: hurried === true && body.toString().length < LONGEST_KEEPALIVE,
  }).then((answer) => take(answer, sent), () => {
    isAway = true;
    say("No connection. What you typed is kept in this browser; saving is tried again.");
    later(pressed ? RETRY_PRESSED : RETRY);
  }).finally(() => {
    saving = null;
    goOn();
  });
  return saving;
}

/** Do what was pressed once all is saved; whoever is signed out, or has a slip, stays here. */
function goOn() {
  if (!pressed || isAway || leaving) return;
  if (isOvertaken || !isUnsaved()) {
    // The page of both wordings holds what this one does.
    if (isOvertaken) forget();
    leaving = true;
    form.requestSubmit(pressed);
  }
  pressed = null;
}

async function take(answer, sent) {
  isAway = false;
  if (answer.ok) return done(await answer.json(), sent);
  if (answer.status === 401 || answer.status === 400) {
    isSignedOut = true;
    return say("You are signed out. What you typed is kept in this browser.",
      { href: form.dataset.login, words: "Sign in again" });
  }
  const said = answer.headers.get("Content-Type")?.startsWith("application/json")
    ? await answer.json() : {};
  if (answer.status === 422) {
    const slips = Object.values(said.errors ?? {}).flat();
    return say(`Not saved yet: ${slips[0] ?? "something needs another look."}`);
  }
  if (answer.status === 409) {
    isOvertaken = true;
    const at = said.at && new Date(said.at).toLocaleTimeString([], { timeStyle: "short" });
    return say(said.by
      ? `${said.by} saved this draft at ${at}, while you were writing. Save to see both wordings.`
      : said.words ?? "This draft cannot be changed any more.");
  }
  isAway = true;
  say("It could not be saved just now; it is tried again.");
  later(pressed ? RETRY_PRESSED : RETRY);
}

/** Go on from what the server has now. */
function done(now, sent) {
  const isNew = form.dataset.autosave !== now.autosave;
  const typed = fields();
  for (const name of ["edition", "lock", "base"]) form.elements[name].value = now[name];
  proposeTitle(now.title);
  if (isNew) {
    forget();
    form.dataset.key = now.edit.split("/").at(-2);
    form.dataset.autosave = now.autosave;
    form.dataset.login = now.login;
    form.action = now.edit;
    history.replaceState(null, "", now.edit);
    fixCouncil();
  }
  showMissing(now.missing);
  if (JSON.stringify(typed) === sent) {
    saved = JSON.stringify(fields());
    forget();
    say(`Saved at ${new Date().toLocaleTimeString([], { timeStyle: "short" })}.`);
  } else {
    keep();
    later();
  }
}

/** Whose report it is cannot change once it is begun. */
function fixCouncil() {
  const select = form.elements.council;
  if (select.options) [...select.options].filter((one) => !one.selected).forEach((one) => one.remove());
}

/** Show the title that the other answers make, unless the author wrote one. */
function proposeTitle(title) {
  const { title: box, title_proposed: shown } = form.elements;
  if (!box || !shown || document.activeElement === box) return;
  if (box.value === "" || box.value === shown.value) box.value = shown.value = title;
}

function showMissing(missing) {
  const list = document.querySelector("[data-missing]");
  list.replaceChildren(...missing.map((words) => {
    const item = document.createElement("li");
    item.textContent = words;
    return item;
  }));
  list.hidden = !missing.length;
  document.querySelector("[data-complete]").hidden = missing.length > 0;
}

/** Offer what was typed here before and never reached the server. */
function offer() {
  const before = kept();
  const box = form.querySelector("[data-offer]");
  if (!before || JSON.stringify(before) === saved) return forget();
  box.hidden = false;
  box.querySelector("[data-restore]").addEventListener("click", () => {
    restore(before);
    box.hidden = true;
    later(0);
  });
  box.querySelector("[data-forget]").addEventListener("click", () => {
    forget();
    box.hidden = true;
  });
}

function restore(before) {
  const values = grouped(before);
  for (const control of form.elements) {
    if (!control.name || OWN.has(control.name)) continue;
    const given = (values.get(control.name) ?? []).map(([, value]) => value);
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = given.includes(control.value);
    } else if (control.name !== "council" && given.length) control.value = given[0];
  }
  syncStock();
}

function grouped(pairs) {
  const groups = new Map();
  for (const pair of pairs) groups.set(pair[0], [...groups.get(pair[0]) ?? [], pair]);
  return groups;
}

const bare = (line) => line.replace(/^[\s\-*+]+/, "").trim();
const actions = form.querySelector("[data-actions]");
const stock = [...form.querySelectorAll("[data-stock] input[type=checkbox]")];
const sentence = (box) => box.labels[0].textContent.trim();

/** Tick the ready-made sentences that the list holds. */
function syncStock() {
  if (!actions) return;
  const lines = new Set(actions.value.split("\n").map(bare));
  for (const box of stock) box.checked = lines.has(sentence(box));
}

/** Put a ready-made sentence into the list, or take it out. */
function pick(box) {
  const lines = actions.value.split("\n").filter((line) => line.trim());
  const others = lines.filter((line) => bare(line) !== sentence(box));
  const isList = !others.length || others.some((line) => /^\s*[-*+]/.test(line));
  if (box.checked) others.push(isList ? `- ${sentence(box)}` : sentence(box));
  actions.value = others.join("\n");
}

for (const box of stock) box.addEventListener("change", () => pick(box));
actions?.addEventListener("input", syncStock);
form.addEventListener("input", () => { keep(); later(); });
form.addEventListener("submit", async (event) => {
  if (leaving) return;
  // Within its own event a form cannot be submitted again: with nothing to wait for, let it go.
  const isSettled = !saving && (isOvertaken || !isUnsaved());
  if (!form.dataset.autosave || isSettled) {
    leaving = true;
    // Words of before that are offered, and that nobody has put back yet, stay here.
    if (!form.dataset.autosave || isOvertaken) forget();
    return;
  }
  // Saved here first: whoever is signed out, or without a line, stays on this page.
  event.preventDefault();
  await saving;
  pressed = event.submitter;
  isSignedOut = isAway = false;
  await save();
  goOn();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") save(true);
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && !isSignedOut && isUnsaved()) event.preventDefault();
});
syncStock();
offer();
