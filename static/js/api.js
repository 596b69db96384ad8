// Lets a person try the requests of the API with a token of their own. Nothing is kept: the token
// is read from its box when a request is sent, and no cookie goes with it.

const box = document.querySelector("form[data-token]");

function address(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const input of form.querySelectorAll("input[data-in]")) {
    if (input.dataset.in === "path") path = path.replace(`{${input.name}}`, encodeURIComponent(input.value));
    if (input.dataset.in === "query" && input.value) query.append(input.name, input.value);
  }
  return query.size ? `${path}?${query}` : path;
}

function headers(form, body) {
  const sent = new Headers({ Authorization: `Bearer ${box.querySelector("input").value.trim()}` });
  for (const input of form.querySelectorAll("input[data-in=header]")) {
    if (input.value) sent.set(input.name, input.value);
  }
  if (body) sent.set("Content-Type", "application/json");
  return sent;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form) {
  const said = form.querySelector(".said");
  const body = form.querySelector("textarea")?.value;
  said.hidden = false;
  said.textContent = "Waiting.";
  try {
    const answer = await fetch(address(form), {
      method: form.dataset.method, headers: headers(form, body), body, credentials: "omit", cache: "no-store",
    });
    const head = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    said.textContent = `${answer.status} ${answer.statusText}\n${head}\n\n${pretty(await answer.text())}`;
  } catch {
    said.textContent = "The request could not be sent.";
  }
}

box.hidden = false;
box.addEventListener("submit", (event) => event.preventDefault());
for (const form of document.querySelectorAll("form.try")) {
  form.hidden = false;
  form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
}
