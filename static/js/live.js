// Keeps the figures of a page true while somebody looks at it.

const PAUSE = 5000, GENTLE = 10;
const parser = new DOMParser();
const wait = (time) => new Promise((resolve) => { setTimeout(resolve, time); });

async function refresh(part) {
  try {
    const answer = await fetch(part.dataset.live, { redirect: "error" });
    if (!answer.ok) return;
    const page = parser.parseFromString(await answer.text(), "text/html");
    part.replaceChildren(...page.body.childNodes);
  } catch { /* Away for a moment, or signed out: the figures say of when they are. */ }
}

/** What takes the server long is asked for less often. */
async function keepTrue(part) {
  for (let took = 0; ;) {
    await wait(Math.max(PAUSE, GENTLE * took));
    if (document.visibilityState !== "visible") continue;
    const began = performance.now();
    await refresh(part);
    took = performance.now() - began;
  }
}

for (const part of document.querySelectorAll("[data-live]")) keepTrue(part);
