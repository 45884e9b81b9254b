// Follows the office's files: each saved one is shown at once, with the contact, the view and the place that were chosen.
import { say, show, visit } from "./live.js";
import { picker } from "./picker.js";

const clock = () => new Date().toLocaleTimeString("en-GB");
let busy = false;
let again = "";

async function renew(what) {
  if (busy) {
    again = again === "files" ? again : what;
    return;
  }
  busy = true;
  try {
    await show(location.href);
    if (what === "files") say(document.body.dataset.problems ? `Not reloaded ${clock()}: see the mistake` : `Reloaded ${clock()}`);
  } catch {
    ended();
  }
  busy = false;
  const next = again;
  again = "";
  if (next) renew(next);
}

function ended() {
  say("The preview has ended; what is here was the last of it.");
}

const news = new EventSource("events");
news.addEventListener("change", ({ data }) => {
  const [number, looks, what] = data.split(" ");
  const seen = document.body.dataset;
  if (what !== "hello") renew(what);
  else if (number !== seen.number) renew("files");
  else if (looks !== seen.looks) renew("desk"); // they were made before this page could listen
});
news.addEventListener("error", ended);

picker(
  async () => (await fetch("contacts")).json(),
  (name) => {
    const address = new URL(location.href);
    address.searchParams.set("to", name);
    visit(address.href).catch(ended);
  },
);
