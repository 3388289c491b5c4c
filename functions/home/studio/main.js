// The page: where things are, and who is signed in.

import { accountForm } from "./account.js";
import { fill, h } from "./dom.js";
import { gallery, IMAGE_TABS } from "./gallery.js";
import { generator } from "./generate.js";
import { icon } from "./icons.js";
import { publications } from "./publications.js";
import { currentUser, restore, session, signOut } from "./session.js";
import { STORY_TABS, stories } from "./stories.js";

const PLACES = {
  images: { label: "Images", tabs: IMAGE_TABS, make: gallery, isPersonal: true },
  generate: { label: "Generate", tabs: [], make: generator },
  stories: { label: "Stories", tabs: STORY_TABS, make: stories },
  publications: { label: "Publicaciones", lang: "es", tabs: [], make: () => publications(showPublication), isPersonal: true },
};

// Views stay as they were left, also what was typed into them.
const views = new Map();
const title = h("h1", { tabindex: -1 });
const tabs = h("nav", { class: "tabs", "aria-label": "Lists" });
const places = h("nav", { class: "places", "aria-label": "Main" });
const person = h("div", { class: "person" });
const content = h("div", { class: "content" });

function showPublication(id) {
  location.hash = `#/publications/${encodeURIComponent(id)}`;
}

function whereabouts() {
  const [, place = "", tab = ""] = location.hash.split("/").map(decodeURIComponent);
  const known = PLACES[place] ? place : "images";
  return { place: known, tab: tab || PLACES[known].tabs[0]?.id || "" };
}

function show() {
  const { place, tab } = whereabouts();
  const { label, lang, isPersonal } = PLACES[place];
  const isClosed = Boolean(isPersonal) && !currentUser();
  document.title = `${label} · Darkroom`;
  fill(title, label);
  title.lang = lang ?? "en";
  main.classList.toggle("closed", isClosed);
  fill(places, Object.entries(PLACES).map(([id, to]) => link(`#/${id}`, to, id === place, icon(id))));
  fill(tabs, PLACES[place].tabs.map((to) => link(`#/${place}/${to.id}`, to, to.id === tab)));
  tabs.hidden = isClosed || PLACES[place].tabs.length === 0;
  fill(person, whoIsHere());
  fill(content, isClosed ? welcome() : viewOf(place).element);
  if (!isClosed) {
    viewOf(place).show(tab);
  }
}

function viewOf(place) {
  if (!views.has(place)) {
    views.set(place, PLACES[place].make());
  }
  return views.get(place);
}

function link(href, { label, lang }, isCurrent, mark) {
  const go = (event) => {
    event.preventDefault(); // the page's base is not its address
    location.hash = href;
  };
  return h("a", { href, lang, "aria-current": isCurrent && "page", onclick: go }, mark, h("span", {}, label));
}

function whoIsHere() {
  if (!currentUser()) {
    return h("span", { class: "muted" }, "Not signed in");
  }
  return [h("span", { class: "who" }, icon("person"), h("span", {}, currentUser())), h("button", { type: "button", class: "quiet small", onclick: signOut }, icon("leave"), "Sign out")];
}

function welcome() {
  const words = h(
    "div",
    { class: "words" },
    h("p", { class: "lead" }, "A quiet room for your pictures."),
    h("p", { class: "muted" }, "Upload them, keep them to yourself or show them, share them with one person at a time, or let a few words develop into new ones."),
  );
  return h("div", { class: "welcome" }, words, h("div", { class: "card" }, accountForm()));
}

restore();
const brand = h("div", { class: "brand" }, h("span", { class: "lamp", "aria-hidden": "true" }), "Darkroom");
const skip = h("a", { class: "skip", href: "#content", onclick: skipToContent }, "Skip to the content");
const side = h("header", { class: "side" }, brand, places, person);
const main = h("main", { id: "content" }, h("div", { class: "top" }, title, tabs), content);
document.body.prepend(skip, side, main);

function skipToContent(event) {
  event.preventDefault();
  title.focus();
}

let lastUser = currentUser();
session.addEventListener("change", () => {
  if (lastUser) {
    views.clear(); // they were another's
  }
  lastUser = currentUser();
  show();
});
addEventListener("hashchange", () => {
  show();
  title.focus({ preventScroll: true });
});
// A picture that misses its place must not take the page away.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault());
show();
