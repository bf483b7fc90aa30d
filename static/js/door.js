// The door: whoever is read, typed or picked from the list is put into a queue in this browser, reported in order, and shown
// with the answer of the server. Without connection the queue waits; each report has an id of its own, so that sending it
// twice is one arrival. How long it waited is told in seconds, because the clock of a phone may be wrong.

const panel = document.getElementById("door-scanner");
const dialog = document.getElementById("door-verdict");
const search = document.getElementById("q");
const path = panel.dataset.path;
const key = `door:${path}`;
const RETRY = 2000;
const ASK = 3000;
const PATIENCE = 8000;

// --- the queue ---

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
  const waiting = kept.filter((report) => report.tried);
  const line = say("waiting", waiting.length > 0).querySelector("[data-words]");
  line.textContent = line.dataset.words.replace("#", waiting.length);
  const list = document.getElementById("door-waiting");
  list.replaceChildren(
    ...waiting.map((report) => {
      const item = document.createElement("li");
      item.textContent = `${clock(report.at)} ${report.label}`;
      return item;
    }),
  );
}

function clock(at) {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join("");
}

/** Puts somebody into the queue: `fields` is what the form would send, `label` what the list of those who wait shows. */
function report(where, fields, label) {
  const known = kept.find((one) => one.where === where && JSON.stringify(one.fields) === JSON.stringify(fields));
  if (known) {
    if (known.tried) pending("again", known.label);
    return;
  }
  const one = { id: newId(), at: Date.now(), where, fields, label };
  kept.push(one);
  keep();
  pending("checking", label, one.id);
  send();
}

let sending = false;
let over = false;

async function send() {
  if (sending || over) return;
  sending = true;
  try {
    while (kept.length && !over) {
      if (!(await sendFirst())) {
        setTimeout(send, RETRY);
        break;
      }
    }
  } finally {
    sending = false;
  }
}

/** Reports the first of the queue. False: nobody answered, it stays where it is. */
async function sendFirst() {
  const one = kept[0];
  const body = new URLSearchParams(one.fields);
  body.append("arrival", one.id);
  body.append("waited", Math.round((Date.now() - one.at) / 1000));
  let response;
  let text;
  try {
    response = await fetch(one.where, post(body));
    text = await response.text();
  } catch {
    response = null;
  }
  if (response && [403, 404].includes(response.status)) {
    end();
    return true;
  }
  if (!response || response.status >= 500 || response.status === 429) {
    one.tried = true;
    connected(false);
    keep();
    if (shown === one.id) pending("kept", one.label, one.id);
    return false;
  }
  connected(true);
  kept = kept.filter((other) => other.id !== one.id);
  keep();
  const verdict = response.ok && new DOMParser().parseFromString(text, "text/html").querySelector(".verdict");
  // A late verdict comes up only when it is bad: the person is long inside.
  if (!one.tried || shown === one.id || (verdict && verdict.dataset.verdict !== "in")) {
    if (verdict) show(document.adoptNode(verdict), one.id);
    else pending("refused", one.label);
  }
  ask();
  return true;
}

function post(body) {
  return { method: "POST", body, headers: { "X-Door": "1" }, signal: AbortSignal.timeout(PATIENCE) };
}

/** The link was taken back or is over: nothing is asked any more. */
function end() {
  over = true;
  camera?.stop();
  dialog.close();
  say("over", true);
  say("offline", false);
}

// --- what is shown ---

function say(name, visible, within = panel) {
  const found = within.querySelector(`[data-say="${name}"]`);
  found.hidden = !visible;
  return found;
}

function connected(yes) {
  if (!over) say("offline", !yes);
}

// Whether a key that types is down, and who waits until it is up. One whose end is never told is up after a while.
let down = 0;
const letGo = [];

function press() {
  clearTimeout(down);
  down = setTimeout(release, 500);
}

function release() {
  clearTimeout(down);
  down = 0;
  for (const go of letGo.splice(0)) go();
}
document.addEventListener("keyup", release);

let shown = "";
const count = document.getElementById("door-count");
let counted = count.textContent;

async function show(verdict, id) {
  // The letter of a key that is down belongs to what has the focus: nothing takes that away before the key is up.
  while (down) await new Promise((go) => letGo.push(go));
  shown = id;
  verdict.querySelector(".door-now").textContent = counted;
  dialog.replaceChildren(verdict);
  dialog.setAttribute("aria-label", verdict.querySelector("h1, .verdict-word:not([hidden] *)").textContent);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  verdict.querySelector(".verdict-button").focus({ preventScroll: true });
  signal(verdict.dataset.verdict);
}

/** One of the screens that need no server. */
function pending(word, name, id = "") {
  const verdict = document.getElementById("door-pending").content.firstElementChild.cloneNode(true);
  for (const other of verdict.querySelectorAll("[data-say]")) other.hidden = other.dataset.say !== word;
  verdict.querySelector(".verdict-name").textContent = name;
  show(verdict, id);
}

dialog.addEventListener("click", (event) => {
  if (!event.target.closest("a.verdict-button")) return;
  event.preventDefault();
  dialog.close();
});
dialog.addEventListener("close", () => {
  shown = "";
  search.focus({ preventScroll: true });
});
dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const name = form.closest(".verdict").querySelector(".verdict-name")?.textContent ?? "";
  // One of the group by its own button, or all that the form names.
  if (form.querySelector("[name=participant]")) pick(form, event.submitter?.name ? event.submitter : null);
  else takeBack(form.action, name);
});

async function takeBack(where, name) {
  try {
    const response = await fetch(where, post(null));
    if (!response.ok) throw new Error(String(response.status));
  } catch {
    pending("failed", name);
    return;
  }
  dialog.close();
  say("undone", true);
  setTimeout(() => say("undone", false), 6000);
  ask();
}

// --- sound and vibration ---

const sound = document.getElementById("door-sound");
let speaker;
const TONES = { in: [880], before: [440, 440], not: [220, 220, 220] };

function signal(verdict) {
  const tones = TONES[verdict];
  if (!tones) return;
  navigator.vibrate?.(tones.flatMap(() => [120, 80]));
  if (!sound.checked) return;
  speaker ??= new AudioContext();
  tones.forEach((height, number) => {
    const tone = speaker.createOscillator();
    const begin = speaker.currentTime + number * 0.22;
    tone.frequency.value = height;
    tone.connect(speaker.destination);
    tone.start(begin);
    tone.stop(begin + 0.15);
  });
}

// --- hand scanners and the list ---

const CODE = /^dw1[:ö]/i;

search.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = search.value;
  if (CODE.test(typed)) {
    search.value = "";
    read(typed);
  } else {
    find(typed.trim());
  }
});

/** Looks for a name without leaving the page: without connection among those who are listed. */
async function find(words) {
  const address = words ? `${path}?${new URLSearchParams({ q: words })}` : path;
  try {
    if (!(await load(address))) return;
    history.replaceState(null, "", address);
    connected(true);
  } catch {
    connected(false);
    for (const row of document.querySelectorAll("#door-list .door-list > li")) {
      row.hidden = !row.textContent.toLowerCase().includes(words.toLowerCase());
    }
  }
}

/** A code was read or typed. */
function read(code) {
  report(`${path}/code`, [["code", code]], code.slice(-6));
}

// A hand scanner types wherever the focus is: what it types belongs into the search.
let typing = 0;
document.addEventListener("keydown", (event) => {
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return;
  // A verdict that comes up while a scanner types must not cut its code in two.
  const begins = event.timeStamp - typing > 500;
  typing = event.timeStamp;
  press();
  if (event.target.closest("input, textarea, select")) return;
  // The letter is put there by hand: the browser could still give it to what has the focus now.
  event.preventDefault();
  if (dialog.open) dialog.close();
  search.value = (begins ? "" : search.value) + event.key;
  search.focus({ preventScroll: true });
});

function pick(form, button) {
  const chosen = [...form.querySelectorAll("input[name=participant]")].map((field) => ["participant", field.value]);
  if (button) chosen.push(["participant", button.value]);
  const row = button?.closest("li, .door-party");
  report(path, chosen, (row?.querySelector(".door-name, .door-about, bdi")?.textContent ?? "").trim());
}

function listen() {
  document.getElementById("check-in")?.addEventListener("submit", (event) => {
    if (!event.submitter?.value) return;
    event.preventDefault();
    pick(event.target, event.submitter);
  });
}
listen();

// --- how many are in, and the list as the other gates have left it ---

async function ask() {
  if (over || document.hidden) return;
  let response;
  try {
    response = await fetch(`${path}/stand`, { signal: AbortSignal.timeout(PATIENCE) });
    if (response.status === 403 || response.status === 404) return end();
    if (!response.ok) throw new Error(String(response.status));
    const found = await response.json();
    connected(true);
    const number = (value) => value.toLocaleString(document.documentElement.lang);
    const before = counted;
    count.firstElementChild.textContent = number(found.arrived);
    count.lastChild.nodeValue = ` ${count.dataset.words.replace("#", number(found.expected))}`;
    counted = count.textContent;
    const top = dialog.querySelector(".door-now");
    if (top) top.textContent = counted;
    if (before !== counted) await renew();
  } catch {
    connected(false);
  }
}

/** The list again, unless somebody stands in it. */
async function renew() {
  if (!document.getElementById("door-list").contains(document.activeElement)) await load(location.href);
}

/** Puts the list of an address into the page. Rejects without connection. */
async function load(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
  if (response.status === 403 || response.status === 404) end();
  if (!response.ok) return false;
  const found = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("door-list");
  if (!found) return false;
  const list = document.getElementById("door-list");
  if (list.querySelector("details[open]")) found.querySelector("details")?.setAttribute("open", "");
  list.replaceChildren(...document.adoptNode(found).childNodes);
  listen();
  return true;
}

setInterval(ask, ASK);
addEventListener("online", () => {
  send();
  ask();
});

// --- the camera ---

let camera;
const button = document.getElementById("door-camera");
const label = button.firstElementChild;

async function toggle() {
  if (camera) {
    camera.stop();
    camera = undefined;
  } else {
    say("denied", false);
    button.disabled = true;
    try {
      const { open } = await import(panel.dataset.scan);
      // A verdict that asks for somebody's attention waits until it is put away.
      const busy = () => dialog.open && ["before", "not"].includes(dialog.querySelector(".verdict")?.dataset.verdict);
      camera = await open(panel, { busy, read, expects: CODE });
    } catch {
      say("denied", true);
    }
    button.disabled = false;
  }
  panel.querySelector(".scanner-view").hidden = !camera;
  label.textContent = camera ? label.dataset.on : label.dataset.off;
}

panel.hidden = false;
button.parentElement.hidden = false;
if (window.isSecureContext && navigator.mediaDevices) {
  button.addEventListener("click", toggle);
} else {
  button.hidden = true;
  say("insecure", true);
}
keep();
send();
search.focus({ preventScroll: true });
