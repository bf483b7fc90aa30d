// Passkeys: shows what belongs to them where the browser can, asks it, and sends its answer with an ordinary form.
// A name of a host is needed: browsers make no passkeys for bare IP addresses, so a page at one names the other address.

const able =
  window.isSecureContext &&
  typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function" &&
  typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

async function ask(kind, question) {
  const response = await fetch(question, { method: "POST" });
  if (!response.ok) throw new Error(String(response.status));
  const options = await response.json();
  if (kind === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const host = form.dataset.host;
  if (!able || /^[\d.]+$|^\[/.test(host)) continue;
  const problem = form.querySelector("[data-passkey-problem]");
  const here = location.hostname === host;
  form.hidden = !here;
  for (const other of document.querySelectorAll("[data-passkey-less]")) other.hidden = true;
  for (const other of document.querySelectorAll("[data-passkey-elsewhere]")) other.hidden = here;
  if (!here) continue;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const credential = await ask(form.dataset.passkey, form.dataset.question);
      form.querySelector("[name$='credential']").value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
