// The page: navigation, the current view and the account of the user.

import { accountForm } from "./account.js";
import { h, setChildren } from "./dom.js";
import { GALLERY_TABS, galleryView } from "./gallery.js";
import { generationView } from "./generation.js";
import { icon } from "./icons.js";
import { publicationsView } from "./publications.js";
import { currentUser, restoreSession, session, signOut } from "./session.js";
import { STORY_TABS, storiesView } from "./stories.js";

const VIEWS = {
  images: { label: "Images", tabs: GALLERY_TABS, create: galleryView, requiresUser: true },
  generate: { label: "Generate", tabs: [], create: generationView },
  stories: { label: "Stories", tabs: STORY_TABS, create: storiesView },
  publications: { label: "Publicaciones", lang: "es", tabs: [], create: () => publicationsView(openPublication), requiresUser: true },
};

// Views keep their state and inputs while another one is shown.
const views = new Map();
const title = h("h1", { tabindex: -1 });
const tabNav = h("nav", { class: "tabs", "aria-label": "Lists" });
const mainNav = h("nav", { class: "main-nav", "aria-label": "Main" });
const account = h("div", { class: "account" });
const content = h("div", { class: "content" });

function openPublication(id) {
  location.hash = `#/publications/${encodeURIComponent(id)}`;
}

/** The view and tab of the URL fragment `#/view/tab`. */
function currentRoute() {
  const [, view = "", tab = ""] = location.hash.split("/").map(decodeURIComponent);
  const viewId = VIEWS[view] ? view : "images";
  return { viewId, tabId: tab || VIEWS[viewId].tabs[0]?.id || "" };
}

function showRoute() {
  const { viewId, tabId } = currentRoute();
  const { label, lang, tabs, requiresUser } = VIEWS[viewId];
  const isSignedOut = Boolean(requiresUser) && !currentUser();
  document.title = `${label} · Darkroom`;
  setChildren(title, label);
  title.lang = lang ?? "en";
  main.classList.toggle("signed-out", isSignedOut);
  setChildren(mainNav, Object.entries(VIEWS).map(([id, view]) => link(`#/${id}`, view, id === viewId, icon(id))));
  setChildren(tabNav, tabs.map((tab) => link(`#/${viewId}/${tab.id}`, tab, tab.id === tabId)));
  tabNav.hidden = isSignedOut || tabs.length === 0;
  setChildren(account, accountInfo());
  setChildren(content, isSignedOut ? welcome() : viewOf(viewId).element);
  if (!isSignedOut) {
    viewOf(viewId).show(tabId);
  }
}

function viewOf(id) {
  if (!views.has(id)) {
    views.set(id, VIEWS[id].create());
  }
  return views.get(id);
}

function link(href, { label, lang }, isCurrent, linkIcon) {
  const navigate = (event) => {
    event.preventDefault(); // the base element would resolve a fragment against another URL
    location.hash = href;
  };
  return h("a", { href, lang, "aria-current": isCurrent && "page", onclick: navigate }, linkIcon, h("span", {}, label));
}

function accountInfo() {
  if (!currentUser()) {
    return h("span", { class: "muted" }, "Not signed in");
  }
  return [h("span", { class: "username" }, icon("person"), h("span", {}, currentUser())), h("button", { type: "button", class: "subtle small", onclick: signOut }, icon("exit"), "Sign out")];
}

function welcome() {
  const text = h(
    "div",
    { class: "welcome-text" },
    h("p", { class: "tagline" }, "Upload, share and generate images."),
    h("p", { class: "muted" }, "Keep your images private, make them public, or share them with individual users. Generate new images from a text prompt."),
  );
  return h("div", { class: "welcome" }, text, h("div", { class: "card" }, accountForm()));
}

restoreSession();
const brand = h("div", { class: "brand" }, h("span", { class: "brand-dot", "aria-hidden": "true" }), "Darkroom");
const skipLink = h("a", { class: "skip-link", href: "#content", onclick: skipToContent }, "Skip to the content");
const sidebar = h("header", { class: "sidebar" }, brand, mainNav, account);
const main = h("main", { id: "content" }, h("div", { class: "view-header" }, title, tabNav), content);
document.body.prepend(skipLink, sidebar, main);

function skipToContent(event) {
  event.preventDefault();
  title.focus();
}

let lastUser = currentUser();
session.addEventListener("change", () => {
  if (lastUser) {
    views.clear(); // they contain the data of the previous user
  }
  lastUser = currentUser();
  showRoute();
});
addEventListener("hashchange", () => {
  showRoute();
  title.focus({ preventScroll: true });
});
// Otherwise the browser opens an image that is dropped outside of a drop zone.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => event.preventDefault());
showRoute();
