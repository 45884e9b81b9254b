// Shows a page of this server in the place of another, part by part, so that what stays the same keeps its focus, its
// scroll and what is selected. A part is an element with an id and `data-part`; links with `data-live` are followed so.
// The address bar says what was chosen, also before it is shown: whatever renews the page meanwhile shows that, too.

const known = new Map([...document.querySelectorAll("[data-part]")].map((part) => [part.id, part.innerHTML]));
let turn = 0; // of the newest call of `show`
let done = 0; // the turn that ended last, as the newest

export const say = (text) => {
  const status = document.getElementById("status");
  if (status.textContent !== text) status.textContent = text;
};

export const waiting = () => turn !== done;

// Returns whether the page is shown: a later call overtakes an earlier one. `layout`: which part a narrow screen shows, too.
export async function show(address, layout = true) {
  const mine = ++turn;
  const newest = () => mine === turn;
  try {
    const answer = await fetch(address);
    if (!answer.headers.get("content-type")?.startsWith("text/html")) throw new Error(`status ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!newest()) return false;
    document.title = page.title;
    if (layout) document.body.className = page.body.className;
    for (const name of Object.keys(document.body.dataset)) delete document.body.dataset[name];
    Object.assign(document.body.dataset, page.body.dataset);
    for (const fresh of page.querySelectorAll("[data-part]")) {
      await renew(document.getElementById(fresh.id), fresh, newest);
      if (!newest()) return false;
    }
    document.dispatchEvent(new Event("shown"));
    return true;
  } catch (fault) {
    if (newest()) throw fault;
    return false;
  } finally {
    if (newest()) done = mine;
  }
}

async function renew(old, fresh, newest) {
  const html = fresh.innerHTML;
  if (!old || known.get(fresh.id) === html) return;
  const [frame, next] = [old.querySelector(":scope > iframe"), fresh.querySelector(":scope > iframe")];
  if (frame && next && old.children.length === 1 && frame.sandbox.value === next.sandbox.value) {
    if (await turnTo(frame, next, newest)) known.set(fresh.id, html);
    return;
  }
  known.set(fresh.id, html);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// What the `next` frame shows, in the `frame` that is there, at the place that was scrolled to; anew where it is closed to
// us. Returns whether it was still the newest when it came.
async function turnTo(frame, next, newest) {
  const address = next.getAttribute("src");
  const inside = frame.contentDocument;
  const anew = !inside?.body || inside.readyState !== "complete" || inside.URL === "about:blank";
  const html = anew ? "" : await (await fetch(address)).text();
  if (!newest()) return false;
  frame.className = next.className;
  frame.title = next.title;
  if (anew) {
    frame.src = address;
    return true;
  }
  const { scrollX, scrollY } = frame.contentWindow;
  inside.open();
  inside.write(html);
  inside.close();
  frame.contentWindow.scrollTo(scrollX, scrollY);
  return true;
}

export async function visit(address) {
  if (address !== location.href) history.pushState(null, "", address);
  await show(address);
}

// Where a link leads. Its address was made for what is shown; where something else was chosen and is not shown yet, the
// link changes only the one thing that it is for.
function target({ href, dataset: { live } }) {
  if (!live || !waiting()) return href;
  const address = new URL(location.href);
  address.searchParams.set(live, new URL(href).searchParams.get(live));
  return address.href;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-live]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const address = target(link);
  visit(address).catch(() => location.assign(address));
});
window.addEventListener("popstate", () => show(location.href).catch(() => location.reload()));
