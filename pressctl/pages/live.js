// Shows a page of this server in the place of another, part by part, so that what stays the same keeps its focus, its
// scroll and what is selected. A part is an element with an id and `data-part`; links with `data-live` are followed so.

const known = new Map([...document.querySelectorAll("[data-part]")].map((part) => [part.id, part.innerHTML]));
let turn = 0;

export const say = (text) => {
  const status = document.getElementById("status");
  if (status.textContent !== text) status.textContent = text;
};

// Returns whether the page is shown: a later call overtakes an earlier one. `layout`: which part a narrow screen shows, too.
export async function show(address, layout = true) {
  const mine = ++turn;
  const answer = await fetch(address);
  if (!answer.headers.get("content-type")?.startsWith("text/html")) throw new Error(`status ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== turn) return false;
  document.title = page.title;
  if (layout) document.body.className = page.body.className;
  for (const name of Object.keys(document.body.dataset)) delete document.body.dataset[name];
  Object.assign(document.body.dataset, page.body.dataset);
  for (const fresh of page.querySelectorAll("[data-part]")) await renew(document.getElementById(fresh.id), fresh);
  document.dispatchEvent(new Event("shown"));
  return mine === turn;
}

async function renew(old, fresh) {
  const html = fresh.innerHTML;
  if (!old || known.get(fresh.id) === html) return;
  known.set(fresh.id, html);
  const [frame, next] = [old.querySelector(":scope > iframe"), fresh.querySelector(":scope > iframe")];
  if (frame && next && old.children.length === 1 && frame.sandbox.value === next.sandbox.value) {
    frame.className = next.className;
    frame.title = next.title;
    await turnTo(frame, next.getAttribute("src"));
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// The other document in the same frame, at the place that was scrolled to; anew where the frame is closed to us.
async function turnTo(frame, address) {
  const inside = frame.contentDocument;
  if (!inside?.body || inside.readyState !== "complete" || inside.URL === "about:blank") {
    frame.src = address;
    return;
  }
  const html = await (await fetch(address)).text();
  const { scrollX, scrollY } = frame.contentWindow;
  inside.open();
  inside.write(html);
  inside.close();
  frame.contentWindow.scrollTo(scrollX, scrollY);
}

export async function visit(address) {
  if (!(await show(address))) return;
  if (address !== location.href) history.pushState(null, "", address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-live]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  visit(link.href).catch(() => location.assign(link.href));
});
window.addEventListener("popstate", () => show(location.href).catch(() => location.reload()));
