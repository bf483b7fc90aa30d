// Lets the page of a tablet open again without connection, as kiosk.js last kept it. Answers do not come through here: they
// wait in the page's own queue.

const KEPT = "kiosk";
const PATIENCE = 5000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = await caches.open(KEPT);
  let response;
  try {
    response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    // Without connection.
  }
  // A link that was ended opens nothing any more, here neither.
  if (response?.status === 404) await kept.delete(request);
  // What is kept is never older than what was last seen: a survey that is over does not come back.
  if (response?.ok && request.mode === "navigate" && (await kept.match(request, { ignoreVary: true }))) await kept.put(request, response.clone());
  if (response && response.status < 500) return response;
  return (await kept.match(request, { ignoreVary: true })) ?? response ?? Response.error();
}
