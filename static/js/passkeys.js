// Lets a device answer the challenge that stands in a form, and sends the answer with it.

const say = (form, words) => { form.querySelector("[role=status]").textContent = words; };

async function answer(form) {
  const options = JSON.parse(form.dataset.options);
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

async function send(form) {
  say(form, "Waiting for your device.");
  try {
    form.elements.credential.value = JSON.stringify((await answer(form)).toJSON());
    form.submit();
  } catch (problem) {
    say(form, problem.name === "InvalidStateError"
      ? "This device has a passkey for you already."
      : "Your device gave no passkey. Try again, or take another way.");
  }
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  document.querySelectorAll("[data-passkey-missing]").forEach((note) => note.remove());
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
  }
}
