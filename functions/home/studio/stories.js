// The view of stories, stored in Cloudinary (v2) or S3 (v1).

import { call, urlOf } from "./api.js";
import { confirmAction } from "./dialogs.js";
import { h, setChildren } from "./dom.js";
import { actionButton, errorBox } from "./forms.js";
import { date, dateTime, descriptionList, imageCount, MIB } from "./formatting.js";
import { icon } from "./icons.js";
import { fadeInImage } from "./images.js";
import { infiniteList } from "./infinite_list.js";
import { openLightbox } from "./lightbox.js";
import { LIMITS } from "./limits.js";
import { uploadForm } from "./upload_form.js";
import { upload } from "./uploads.js";

const PREVIEW_IMAGES = 3;

const STORAGES = {
  v2: { basePath: "api/v2/images", label: "In Cloudinary", imageUrl: (image) => image.url },
  v1: { basePath: "api/v1/images", label: "In S3", imageUrl: (image) => urlOf(image.path).href },
};

export const STORY_TABS = Object.entries(STORAGES).map(([id, { label }]) => ({ id, label }));

export function storiesView() {
  const sections = Object.fromEntries(Object.entries(STORAGES).map(([id, storage]) => [id, storiesSection(storage)]));
  const container = h("div", {});
  return {
    element: container,
    show(id) {
      setChildren(container, sections[id].element);
      sections[id].show();
    },
  };
}

function storiesSection(storage) {
  const cards = new Map();
  const list = infiniteList({
    path: `${storage.basePath}?limit=48`,
    label: "Stories",
    layout: "grid wide",
    key: storage.imageUrl,
    render: renderImage,
    empty: [h("h2", {}, "No stories yet"), h("p", {}, "Drop images above to create a story from them.")],
  });
  const target = { path: `${storage.basePath}/upload`, directPath: `${storage.basePath}/uploads`, fileField: "files" };
  const form = uploadForm({
    hint: `Up to ${LIMITS.storyFiles} images of ${LIMITS.fileBytes / MIB} MiB each, in the order in which you add them`,
    submitLabel: (count) => `Create a story with ${imageCount(count)}`,
    async sendAll(rows, signal) {
      const onProgress = (index, fraction) => rows[index].showProgress(fraction);
      const files = rows.map((row) => row.file);
      const { story_id: id } = await upload(target, files, { fields: {}, key: rows[0].key, signal, onProgress });
      list.prepend(await call("GET", `${storage.basePath}/${id}`));
    },
  });

  /** Add an image to the card of its story. Returns the card only if it is new: a page may end within a story. */
  function renderImage(image) {
    const existing = cards.get(image.story_id);
    const card = existing ?? storyCard(storage, image.story_id, onDeleted);
    cards.set(image.story_id, card);
    card.add(image);
    return existing ? null : card.element;
  }

  function onDeleted(id) {
    list.remove(cards.get(id).element, "Story deleted");
    cards.delete(id);
  }

  let isLoaded = false;
  return {
    element: h("div", {}, form, list.element),
    show() {
      if (!isLoaded) {
        isLoaded = true;
        list.reload();
      }
    },
  };
}

function storyCard(storage, id, onDeleted) {
  const images = [];
  const preview = h("button", { type: "button", class: "story-preview", onclick: () => openLightbox(images.map(slideOf), 0) });
  const name = h("span", { class: "name" });
  const errors = errorBox();
  const deleteButton = actionButton({ class: "icon-button subtle", "aria-label": "Delete story" }, icon("bin"), deleteStory, errors);
  const element = h("li", {}, preview, h("p", { class: "tile-caption" }, name, deleteButton), errors.element);

  async function deleteStory() {
    const confirmation = { title: "Delete this story?", detail: `The story and its ${imageCount(images.length)} are deleted permanently.`, action: "Delete" };
    if (await confirmAction(confirmation)) {
      await call("DELETE", `${storage.basePath}/${id}`);
      onDeleted(id);
    }
  }

  function slideOf(image, index) {
    const panel = () => [
      h("h2", {}, `Image ${index + 1}`),
      descriptionList([
        ["Uploaded", dateTime(image.created_at)],
        ["Story", id],
      ]),
    ];
    return { src: storage.imageUrl(image), alt: `Image ${index + 1} of the story`, panel };
  }

  function add(image) {
    images.push(image);
    if (images.length <= PREVIEW_IMAGES) {
      preview.append(fadeInImage(storage.imageUrl(image), "", { loading: "lazy" }));
    }
    preview.dataset.images = Math.min(images.length, PREVIEW_IMAGES);
    const count = imageCount(images.length);
    preview.setAttribute("aria-label", `Open the story with ${count}`);
    setChildren(name, count, " · ", date(image.created_at));
  }

  return { element, add };
}
