// Finds while one types: asks for the page that the form would lead to and takes over what was found. The address
// follows, so that it can be kept and shared. Without this the button does the same.

const form = document.getElementById("filter");
const parts = ["count", "views", "results"];
const PAUSE = 250;
let waiting;
let asking;

function address() {
  const asked = [...new FormData(form)].filter(([, value]) => value !== "");
  const query = new URLSearchParams(asked).toString();
  return query ? `/?${query}` : "/";
}

async function find() {
  asking?.abort();
  asking = new AbortController();
  const wanted = address();
  try {
    const answer = await fetch(wanted, { signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      document.getElementById(part).replaceChildren(...page.getElementById(part).childNodes);
    }
    history.replaceState(null, "", wanted);
  } catch (error) {
    // Somebody typed on, or nothing answers: the button still works.
    if (!(error instanceof TypeError || error.name === "AbortError")) throw error;
  }
}

form.addEventListener("input", (event) => {
  if (event.target.id !== "q") return;
  clearTimeout(waiting);
  waiting = setTimeout(find, PAUSE);
});
