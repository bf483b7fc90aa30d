// Says the chosen day in words, with its weekday, below each field of a day and an hour. Without this the page says it when
// it comes back.

const language = document.documentElement.lang === "en" ? "en-GB" : "de-DE";
const words = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

for (const said of document.querySelectorAll("output.said")) {
  const field = document.getElementById(said.htmlFor.value);
  field.addEventListener("input", () => {
    const chosen = new Date(field.value);
    const known = !Number.isNaN(chosen.getTime()) && chosen.getFullYear() >= 2020 && chosen.getFullYear() < 2100;
    said.textContent = known ? words.format(chosen) : "";
  });
}
