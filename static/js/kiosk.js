// The tablet: one answer after the other is put into a queue in this browser and sent in order. Without connection the queue
// waits. Each answer has a random word of its own, so that sending it twice counts once; no time is kept with it.

const form = document.getElementById("rate");
const box = document.getElementById("kiosk-form");
const heading = document.getElementById("kiosk-heading");
const thanks = document.getElementById("kiosk-thanks");
const waiting = document.getElementById("kiosk-waiting");
const path = location.pathname;
const key = `kiosk:${path}`;
const RETRY = 3000;
const PATIENCE = 8000;
const THANKS = 15000;
// Whoever goes away in the middle leaves nothing to the next one.
const IDLE = 120000;

let kept = [];
try {
  kept = JSON.parse(localStorage.getItem(key)) ?? [];
} catch {
  // Without storage the queue lives as long as the page.
}

function keep() {
  try {
    if (kept.length) localStorage.setItem(key, JSON.stringify(kept));
    else localStorage.removeItem(key);
  } catch {
    // See above.
  }
}

function newWord() {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("");
}

// --- the questions ---

/** Shows what is to be answered after the answers so far; the rest is not sent. */
function arrange() {
  const given = new FormData(form);
  for (const item of form.querySelectorAll("[data-if]")) {
    const answers = given.getAll(item.dataset.if).concat(given.getAll(`${item.dataset.if}.`));
    const applies = answers.some((answer) => item.dataset.answers.split(" ").includes(answer));
    item.hidden = !applies;
    for (const field of item.querySelectorAll("input, select, textarea")) field.disabled = !applies;
  }
}

function empty() {
  form.reset();
  // What came back from the server stands in the attributes, where a reset would find it again.
  for (const field of form.querySelectorAll("[checked]")) field.checked = false;
  for (const line of form.querySelectorAll(".kiosk-missing")) line.hidden = true;
  form.elements[".blatt"].value = newWord();
  arrange();
}

/** The first question that must be answered and is not, all of them marked; of an empty sheet the first one. */
function missing() {
  const given = new FormData(form);
  let first = null;
  for (const item of form.querySelectorAll("[data-required]")) {
    const lacks = !item.hidden && ![...given.keys()].some((name) => name.split(".")[0] === item.dataset.required && given.get(name));
    item.querySelector(".kiosk-missing").hidden = !lacks;
    if (lacks) first ??= item;
  }
  if (!first && ![...given].some(([name, value]) => ![".blatt", "woerter"].includes(name) && value.trim())) {
    first = form.querySelector(".kiosk-item:not([hidden])");
    first.querySelector(".kiosk-missing").hidden = false;
  }
  return first;
}

form.addEventListener("change", arrange);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const lacks = missing();
  if (lacks) {
    lacks.scrollIntoView({ block: "center" });
    lacks.querySelector("input, select, textarea").focus({ preventScroll: true });
    return;
  }
  kept.push({ where: form.action, body: new URLSearchParams(new FormData(form)).toString() });
  keep();
  turn(true);
  send();
});

let back;

/** Between two people: thanks, then the empty form. */
function turn(over) {
  clearTimeout(back);
  if (over) {
    empty();
    back = setTimeout(() => turn(false), THANKS);
  }
  box.hidden = over;
  thanks.hidden = !over;
  tell(over ? heading.dataset.thanks : heading.dataset.asks, over);
  scrollTo(0, 0);
  if (over) heading.focus({ preventScroll: true });
}

/** What stands above everything; alone on the page it is large. */
function tell(words, alone) {
  heading.textContent = words;
  heading.classList.toggle("kiosk-word", alone);
}

document.getElementById("kiosk-next").addEventListener("click", () => turn(false));

let idle;

function awake() {
  clearTimeout(idle);
  idle = setTimeout(() => {
    if (!box.hidden) empty();
    scrollTo(0, 0);
  }, IDLE);
}

for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, awake, { passive: true });

// --- sending ---

let sending = false;

async function send() {
  if (sending) return;
  sending = true;
  try {
    while (kept.length) {
      if (!(await sendFirst())) {
        setTimeout(send, RETRY);
        break;
      }
    }
  } finally {
    sending = false;
    say();
  }
}

/** Sends the first of the queue. False: nobody answered, it stays where it is. */
async function sendFirst() {
  const one = kept[0];
  let response = null;
  try {
    response = await fetch(one.where, { method: "POST", body: new URLSearchParams(one.body), signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    // Without connection.
  }
  if (!response || response.status >= 500 || response.status === 429) {
    failed = true;
    return false;
  }
  failed = false;
  kept.shift();
  keep();
  if (response.status === 404 || response.status === 409) {
    tell(heading.dataset.over, true);
    box.hidden = thanks.hidden = true;
    clearTimeout(back);
    globalThis.caches?.delete("kiosk");
  }
  return true;
}

let failed = false;

function say() {
  waiting.hidden = !(failed && kept.length);
  waiting.textContent = waiting.dataset.words.replace("#", kept.length);
}

// --- without connection from the start ---

/** Keeps this page and what it is made of in this browser, for whoever opens it again without connection. */
async function keepPage() {
  try {
    await navigator.serviceWorker.register(document.getElementById("kiosk").dataset.worker, { scope: "/kiosk/" });
    const parts = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => new URL(name).pathname.startsWith("/static/"));
    const store = await caches.open("kiosk");
    // All or nothing: without connection what was kept before stays.
    const pages = [location.href.split("#")[0], ...[...document.querySelectorAll("#kiosk-other")].map((link) => link.href)];
    await store.addAll(new Set([...pages, ...parts]));
    const kept = await store.keys();
    // Another survey's page may be made of other files.
    if (kept.some((request) => !new URL(request.url).pathname.startsWith("/static/") && new URL(request.url).pathname !== path)) return;
    for (const request of kept) {
      if (new URL(request.url).pathname.startsWith("/static/") && !parts.includes(request.url)) await store.delete(request);
    }
  } catch {
    // Then the page lasts as long as nobody loads it again.
  }
}

addEventListener("online", send);
addEventListener("load", keepPage);
// A page that was kept, or that the browser filled in again, may hold the word of an answer that was sent.
form.elements[".blatt"].value = newWord();
arrange();
awake();
send();
