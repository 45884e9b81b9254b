// Niceties only; the page works without: j and k walk through the list, / finds, what comes in appears.
import { say, show, waiting } from "./live.js";

const links = () => [...document.querySelectorAll("#deliveries ol a")];
const here = () => {
  const focused = links().indexOf(document.activeElement);
  return focused >= 0 ? focused : links().findIndex((link) => link.hasAttribute("aria-current"));
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (step) links()[Math.min(Math.max(here() + step, 0), links().length - 1)]?.focus();
  if (event.key === "/") {
    event.preventDefault();
    document.getElementById("q").focus();
  }
});
document.querySelector("#deliveries ol a[aria-current]")?.scrollIntoView({ block: "nearest" });

const look = async () => {
  if (document.hidden) return;
  try {
    const { Messages: total } = await (await fetch("/api/v1/info")).json();
    const known = Number(document.body.dataset.total);
    const reading = document.querySelector("#deliveries ol a[aria-current]"); // stays, whatever comes in
    if (total === known || waiting() || !(await show(reading?.href ?? location.href, false))) return;
    say(total > known ? `${(total - known).toLocaleString("en")} new` : "cleared");
  } catch {
    // the sandbox has ended; what is on the page can still be read
  }
};
setInterval(look, 3000);
