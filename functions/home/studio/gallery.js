// Images: one's own, everybody's, and those that are shared.

import { call } from "./api.js";
import { ask } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { endless } from "./endless.js";
import { choices, problemBox, workButton } from "./forms.js";
import { icon } from "./icons.js";
import { facts, openLarge, tile, time } from "./pictures.js";
import { currentUser } from "./session.js";
import { shares } from "./shares.js";
import { uploader } from "./uploader.js";
import { upload } from "./uploads.js";

const UPLOAD = { path: "images/upload", direct: "images/uploads", field: "file" };
const PAGE = "limit=24";

const LISTS = {
  mine: {
    path: `images/my-images?${PAGE}`,
    label: "My images",
    empty: ["Nothing here yet", "Drop a picture above, give it a caption, and decide who may see it."],
    mark: (item) => lockOrGlobe(item.visibility),
  },
  public: {
    path: `images/public?${PAGE}`,
    label: "Public",
    empty: ["Nobody has shown anything yet", "A picture that is uploaded as public is seen here by everybody."],
    mark: (item) => item.owner_username,
  },
  "with-me": {
    path: `sharing/shared-with-me?${PAGE}`,
    label: "Shared with me",
    empty: ["Nothing is shared with you", "Somebody who opens a picture of theirs can share it with your user name."],
    mark: () => null,
  },
  "by-me": {
    path: `sharing/shared-by-me?${PAGE}`,
    label: "Shared by me",
    empty: ["You share nothing", "Open one of your images and name somebody to share it with."],
    mark: (item) => `with ${item.shared_with_username}`,
  },
};

export const IMAGE_TABS = Object.entries(LISTS).map(([id, { label }]) => ({ id, label }));

/** The view of images, and how to bring one of its lists to the front. */
export function gallery() {
  const stale = new Set(Object.keys(LISTS));
  const lists = Object.fromEntries(Object.entries(LISTS).map(([id, list]) => [id, listOf(list)]));
  const add = imageUploader(uploaded);
  const place = h("div", {});

  function listOf({ path, label, empty, mark }) {
    const [title, advice] = empty;
    const key = (item) => item.access_id ?? item.image_id;
    const make = (item) => tileOf(item, mark);
    return endless({ path, label, key, make, empty: [h("h2", {}, title), h("p", {}, advice)] });
  }

  function tileOf(item, mark) {
    const caption = item.caption ?? item.image_caption;
    const element = tile({
      src: item.image_url,
      alt: caption ?? "",
      label: caption ?? "Untitled",
      marks: h("span", { class: "muted" }, mark(item)),
      open: () => open(element),
    });
    element.frame = {
      src: item.image_url,
      alt: caption ?? "Image without a caption",
      panel: (dialog) => details(item, dialog, () => gone(element), outdate),
    };
    return element;
  }

  function open(element) {
    const elements = [...element.parentElement.children];
    openLarge(elements.map(({ frame }) => frame), elements.indexOf(element));
  }

  function uploaded(item) {
    stale.add("public");
    lists.mine.prepend([item]);
  }

  function gone(element) {
    outdate();
    const list = Object.values(lists).find((other) => other.list.contains(element));
    list?.remove(element, "Image deleted");
  }

  function outdate() {
    Object.keys(LISTS).forEach((id) => stale.add(id));
  }

  return {
    element: h("div", { class: "gallery" }, place),
    show(id) {
      fill(place, id === "mine" && add, lists[id].element);
      if (stale.delete(id)) {
        lists[id].reload();
      }
    },
  };
}

function imageUploader(onUploaded) {
  const visibility = choices("Who may see them", "visibility", [
    { value: "private", label: "Private", mark: icon("lock") },
    { value: "public", label: "Public", mark: icon("globe") },
  ], "private");
  const form = uploader({
    hint: "JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP, up to 10 MiB each",
    hasCaption: true,
    extras: visibility,
    submitLabel: (count) => `Upload ${count} ${count === 1 ? "picture" : "pictures"}`,
    async sendOne(row, signal) {
      const chosen = { visibility: form.elements.visibility.value };
      const fields = row.caption ? { ...chosen, caption: row.caption } : chosen;
      const onProgress = (_, share) => row.progress(share);
      onUploaded(await upload(UPLOAD, [row.file], { fields, key: row.key, signal, onProgress }));
    },
  });
  return form;
}

/** What there is to know of an image, and what one may do with it. */
function details(item, dialog, onDeleted, onChange) {
  const panel = h("div", { class: "details" }, h("p", { class: "muted" }, "Loading …"));
  const problem = problemBox();
  const load = async () => fill(panel, ...shown(await call("GET", `images/${item.image_id}`)));

  function shown(image) {
    const isMine = image.owner_username?.toLowerCase() === currentUser()?.toLowerCase();
    return [
      h("h2", {}, image.caption ?? "Untitled"),
      facts([
        ["Owner", image.owner_username],
        ["Uploaded", time(image.created_at)],
        ["Visibility", image.visibility],
      ]),
      isMine && shares(image.image_id, onChange),
      problem.element,
      h("div", { class: "actions" }, h("a", { href: image.image_url, target: "_blank", rel: "noreferrer" }, "Open the original"), isMine && deletion(image)),
    ];
  }

  function deletion(image) {
    const remove = async () => {
      const question = { question: "Delete this image?", detail: "It goes for good, and from everybody it is shared with.", action: "Delete" };
      if (await ask(question)) {
        await call("DELETE", `images/${image.image_id}`);
        dialog.close();
        onDeleted();
      }
    };
    return workButton({ class: "danger" }, [icon("bin"), "Delete"], remove, problem);
  }

  load().catch((error) => {
    problem.show(error);
    fill(panel, problem.element);
  });
  return panel;
}

function lockOrGlobe(visibility) {
  const name = visibility === "public" ? "globe" : "lock";
  return [icon(name), h("span", { class: "unseen" }, visibility)];
}
