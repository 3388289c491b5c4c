// The view of gallery images: the user's own, public ones and shares.

import { call } from "./api.js";
import { confirmAction } from "./dialogs.js";
import { h, setChildren } from "./dom.js";
import { actionButton, errorBox, radioGroup } from "./forms.js";
import { dateTime, descriptionList, imageCount, MIB } from "./formatting.js";
import { icon } from "./icons.js";
import { tile } from "./images.js";
import { infiniteList } from "./infinite_list.js";
import { openLightbox } from "./lightbox.js";
import { LIMITS } from "./limits.js";
import { currentUser } from "./session.js";
import { sharesSection } from "./shares.js";
import { uploadForm } from "./upload_form.js";
import { upload } from "./uploads.js";

const UPLOAD = { path: "images/upload", directPath: "images/uploads", fileField: "file" };
const PAGE_LIMIT = "limit=24";

const LISTS = {
  mine: {
    path: `images/my-images?${PAGE_LIMIT}`,
    label: "My images",
    emptyTitle: "No images yet",
    emptyText: "Drop an image above, give it a caption, and choose who can see it.",
    note: (item) => visibilityIcon(item.visibility),
  },
  public: {
    path: `images/public?${PAGE_LIMIT}`,
    label: "Public",
    emptyTitle: "No public images yet",
    emptyText: "Images that are uploaded as public appear here for everyone.",
    note: (item) => item.owner_username,
  },
  "with-me": {
    path: `sharing/shared-with-me?${PAGE_LIMIT}`,
    label: "Shared with me",
    emptyTitle: "No images are shared with you",
    emptyText: "Other users can share their images with your username.",
    note: () => null,
  },
  "by-me": {
    path: `sharing/shared-by-me?${PAGE_LIMIT}`,
    label: "Shared by me",
    emptyTitle: "You have not shared any images",
    emptyText: "Open one of your images to share it with another user.",
    note: (item) => `with ${item.shared_with_username}`,
  },
};

export const GALLERY_TABS = Object.entries(LISTS).map(([id, { label }]) => ({ id, label }));

export function galleryView() {
  const staleLists = new Set(Object.keys(LISTS));
  const lists = Object.fromEntries(Object.entries(LISTS).map(([id, list]) => [id, imageList(list)]));
  const form = galleryUploadForm(onUploaded);
  const container = h("div", {});

  function imageList({ path, label, emptyTitle, emptyText, note }) {
    const key = (item) => item.access_id ?? item.image_id;
    const render = (item) => imageTile(item, note);
    return infiniteList({ path, label, key, render, empty: [h("h2", {}, emptyTitle), h("p", {}, emptyText)] });
  }

  function imageTile(item, note) {
    const caption = item.caption ?? item.image_caption;
    const element = tile({
      src: item.image_url,
      alt: caption ?? "",
      label: caption ?? "Untitled",
      notes: h("span", { class: "muted" }, note(item)),
      open: () => open(element),
    });
    element.slide = {
      src: item.image_url,
      alt: caption ?? "Image without a caption",
      panel: (dialog) => imageDetails(item, dialog, () => onDeleted(element), markStale),
    };
    return element;
  }

  function open(element) {
    const elements = [...element.parentElement.children];
    openLightbox(elements.map(({ slide }) => slide), elements.indexOf(element));
  }

  function onUploaded(item) {
    staleLists.add("public");
    lists.mine.prepend([item]);
  }

  function onDeleted(element) {
    markStale();
    const list = Object.values(lists).find((candidate) => candidate.list.contains(element));
    list?.remove(element, "Image deleted");
  }

  function markStale() {
    Object.keys(LISTS).forEach((id) => staleLists.add(id));
  }

  return {
    element: h("div", { class: "gallery" }, container),
    show(id) {
      setChildren(container, id === "mine" && form, lists[id].element);
      if (staleLists.delete(id)) {
        lists[id].reload();
      }
    },
  };
}

function galleryUploadForm(onUploaded) {
  const visibility = radioGroup("Visibility", "visibility", [
    { value: "private", label: "Private", icon: icon("lock") },
    { value: "public", label: "Public", icon: icon("globe") },
  ], "private");
  const form = uploadForm({
    hint: `JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP, up to ${LIMITS.fileBytes / MIB} MiB and ${LIMITS.filePixels / 1e6} megapixels each`,
    hasCaption: true,
    options: visibility,
    submitLabel: (count) => `Upload ${imageCount(count)}`,
    async sendOne(row, signal) {
      const required = { visibility: form.elements.visibility.value };
      const fields = row.caption ? { ...required, caption: row.caption } : required;
      const onProgress = (_, fraction) => row.showProgress(fraction);
      onUploaded(await upload(UPLOAD, [row.file], { fields, key: row.key, signal, onProgress }));
    },
  });
  return form;
}

/** The lightbox panel of an image: its details, shares and actions. */
function imageDetails(item, dialog, onDeleted, onChange) {
  const panel = h("div", { class: "details" }, h("p", { class: "muted" }, "Loading …"));
  const errors = errorBox();
  const load = async () => setChildren(panel, ...content(await call("GET", `images/${item.image_id}`)));

  function content(image) {
    const isOwner = image.owner_username?.toLowerCase() === currentUser()?.toLowerCase();
    return [
      h("h2", {}, image.caption ?? "Untitled"),
      descriptionList([
        ["Owner", image.owner_username],
        ["Uploaded", dateTime(image.created_at)],
        ["Visibility", image.visibility],
      ]),
      isOwner && sharesSection(image.image_id, onChange),
      errors.element,
      h("div", { class: "actions" }, h("a", { href: image.image_url, target: "_blank", rel: "noreferrer" }, "Open the original"), isOwner && deleteButton(image)),
    ];
  }

  function deleteButton(image) {
    const deleteImage = async () => {
      const confirmation = { title: "Delete this image?", detail: "It is deleted permanently, also for the users it is shared with.", action: "Delete" };
      if (await confirmAction(confirmation)) {
        await call("DELETE", `images/${image.image_id}`);
        dialog.close();
        onDeleted();
      }
    };
    return actionButton({ class: "danger" }, [icon("bin"), "Delete"], deleteImage, errors);
  }

  load().catch((error) => {
    errors.show(error);
    setChildren(panel, errors.element);
  });
  return panel;
}

function visibilityIcon(visibility) {
  const name = visibility === "public" ? "globe" : "lock";
  return [icon(name), h("span", { class: "visually-hidden" }, visibility)];
}
