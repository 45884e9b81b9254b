// The field in which a contact is chosen: an editable combobox with a list, as WAI-ARIA's practices describe it.
import { say } from "./live.js";

const MOST = 100; // contacts in the list at once; typing narrows it
const field = document.getElementById("contact");
const list = document.getElementById("contacts");
let everybody = [];
let matches = [];
let active = -1;

function settle() {
  list.hidden = true;
  active = -1;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  field.value = document.body.dataset.chosen;
}

function option([, label, note], index) {
  const item = document.createElement("li");
  item.id = `contact-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", String(label === document.body.dataset.chosen));
  const name = document.createElement("bdi");
  name.textContent = label;
  const more = document.createElement("span");
  more.className = "why";
  more.textContent = note;
  item.append(name, " ", more);
  return item;
}

function point(index) {
  list.children[active]?.classList.remove("active");
  active = index;
  const item = list.children[active];
  item?.classList.add("active");
  item?.scrollIntoView({ block: "nearest" });
  if (item) field.setAttribute("aria-activedescendant", item.id);
  else field.removeAttribute("aria-activedescendant");
}

function open(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  matches = everybody.filter(([, , , text]) => wanted.every((word) => text.includes(word)));
  list.replaceChildren(...matches.slice(0, MOST).map(option));
  list.hidden = matches.length === 0;
  field.setAttribute("aria-expanded", String(!list.hidden));
  point(-1);
  if (wanted.length || matches.length > MOST) {
    const count = matches.length === 1 ? "1 contact" : `${matches.length.toLocaleString("en")} contacts`;
    say(matches.length > MOST ? `${count}; type to narrow the list` : count);
  }
}

// Calls `choose` with the name in URLs of whom was picked; `load` gives all that can be: name, label, note, words.
export function picker(load, choose) {
  const all = async () => {
    everybody = await load();
  };
  const take = (index) => {
    const [name, label] = matches[index];
    document.body.dataset.chosen = label;
    settle();
    choose(name);
  };
  field.addEventListener("focus", async () => {
    field.select();
    await all();
  });
  field.addEventListener("click", async () => {
    if (!list.hidden) return;
    await all();
    open("");
  });
  field.addEventListener("input", async () => {
    if (!everybody.length) await all();
    open(field.value);
  });
  field.addEventListener("blur", settle);
  document.addEventListener("shown", () => {
    if (document.activeElement !== field) settle();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus
    const item = event.target.closest("[role=option]");
    if (item) take([...list.children].indexOf(item));
  });
  field.addEventListener("keydown", async (event) => {
    const last = list.children.length - 1;
    const moves = { ArrowDown: active < last ? active + 1 : 0, ArrowUp: active > 0 ? active - 1 : last };
    if (event.key in moves) {
      event.preventDefault();
      if (!list.hidden) return point(moves[event.key]);
      if (!everybody.length) await all();
      open("");
      point(event.key === "ArrowDown" ? 0 : list.children.length - 1);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (active >= 0 || matches.length === 1) take(Math.max(active, 0));
    } else if (event.key === "Escape") {
      settle();
    }
  });
}
