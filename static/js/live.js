// Keeps the figures of a page true while somebody looks at it.

const PAUSE = 5000;
const parser = new DOMParser();

async function refresh(part) {
  try {
    const answer = await fetch(part.dataset.live, { redirect: "error" });
    if (!answer.ok) return;
    const page = parser.parseFromString(await answer.text(), "text/html");
    part.replaceChildren(...page.body.childNodes);
  } catch { /* Away for a moment, or signed out: the figures say of when they are. */ }
}

for (const part of document.querySelectorAll("[data-live]")) {
  setInterval(() => { if (document.visibilityState === "visible") refresh(part); }, PAUSE);
}
