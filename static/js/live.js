// Keeps the figures of a page true while somebody looks at it: texts are renewed, never markup.

const PAUSE = 5000, GENTLE = 10, OK = 200;
const wait = (time) => new Promise((resolve) => { setTimeout(resolve, time); });

/** Return the page at an address, or null. */
function ask(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onloadend = () => resolve(request.status === OK ? request.response : null);
    request.send();
  });
}

function figures(root) {
  const found = [...root.querySelectorAll("[data-figure]")];
  return new Map(found.map((one) => [one.dataset.figure, one]));
}

function renew(part, page) {
  const here = figures(part), there = figures(page);
  if ([...here.keys()].join("\n") !== [...there.keys()].join("\n")) {
    location.reload(); // There are other figures now, or somebody else is signed in.
    return;
  }
  for (const [name, one] of there) {
    const old = here.get(name);
    if (old.textContent === one.textContent) continue;
    old.textContent = one.textContent;
    old.className = one.className;
  }
}

/** What takes the server long is asked for less often. */
async function keepTrue(part) {
  for (let took = 0; ;) {
    await wait(Math.max(PAUSE, GENTLE * took));
    if (document.visibilityState !== "visible") continue;
    const began = performance.now();
    const page = await ask(part.dataset.live);
    took = performance.now() - began;
    if (page) renew(part, page);
  }
}

for (const part of document.querySelectorAll("[data-live]")) keepTrue(part);
