// Stories: pictures that are uploaded together, kept in Cloudinary (v2) or S3 (v1).

import { addressOf, call } from "./api.js";
import { ask } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { endless } from "./endless.js";
import { problemBox, workButton } from "./forms.js";
import { icon } from "./icons.js";
import { day, facts, openLarge, photo, time } from "./pictures.js";
import { uploader } from "./uploader.js";
import { upload } from "./uploads.js";

const KINDS = {
  v2: { base: "api/v2/images", label: "In Cloudinary", address: (image) => image.url },
  v1: { base: "api/v1/images", label: "In S3", address: (image) => addressOf(image.path).href },
};

export const STORY_TABS = Object.entries(KINDS).map(([id, { label }]) => ({ id, label }));

export function stories() {
  const views = Object.fromEntries(Object.entries(KINDS).map(([id, kind]) => [id, storiesOf(kind)]));
  const place = h("div", {});
  return {
    element: place,
    show(id) {
      fill(place, views[id].element);
      views[id].show();
    },
  };
}

function storiesOf(kind) {
  const cards = new Map();
  const list = endless({
    path: `${kind.base}?limit=48`,
    label: "Stories",
    shape: "grid wide",
    key: kind.address,
    make: put,
    empty: [h("h2", {}, "No stories yet"), h("p", {}, "Drop some pictures above: together they make a story.")],
  });
  const target = { path: `${kind.base}/upload`, direct: `${kind.base}/uploads`, field: "files" };
  const add = uploader({
    hint: "Up to 50 pictures of 10 MiB each, in the order in which you add them",
    submitLabel: (count) => `Make a story of ${count} ${count === 1 ? "picture" : "pictures"}`,
    async sendAll(rows, signal) {
      const onProgress = (index, share) => rows[index].progress(share);
      const files = rows.map((row) => row.file);
      const { story_id: id } = await upload(target, files, { fields: {}, key: rows[0].key, signal, onProgress });
      list.prepend(await call("GET", `${kind.base}/${id}`));
    },
  });

  /** The card of an image's story, unless it is there: a page may end within a story. */
  function put(image) {
    const known = cards.get(image.story_id);
    const card = known ?? storyCard(kind, image.story_id, forget);
    cards.set(image.story_id, card);
    card.add(image);
    return known ? null : card.element;
  }

  function forget(id) {
    list.remove(cards.get(id).element, "Story deleted");
    cards.delete(id);
  }

  let isLoaded = false;
  return {
    element: h("div", {}, add, list.element),
    show() {
      if (!isLoaded) {
        isLoaded = true;
        list.reload();
      }
    },
  };
}

function storyCard(kind, id, onDeleted) {
  const images = [];
  const strip = h("button", { type: "button", class: "strip", onclick: () => openLarge(images.map(frameOf), 0) });
  const name = h("span", { class: "name" });
  const problem = problemBox();
  const remove = workButton({ class: "round quiet", "aria-label": "Delete story" }, icon("bin"), deleteStory, problem);
  const element = h("li", {}, strip, h("p", { class: "under" }, name, remove), problem.element);

  async function deleteStory() {
    const question = { question: "Delete this story?", detail: `All ${images.length} of its pictures go for good.`, action: "Delete" };
    if (await ask(question)) {
      await call("DELETE", `${kind.base}/${id}`);
      onDeleted(id);
    }
  }

  function frameOf(image, index) {
    const panel = () => [
      h("h2", {}, `Picture ${index + 1}`),
      facts([
        ["Uploaded", time(image.created_at)],
        ["Story", id],
      ]),
    ];
    return { src: kind.address(image), alt: `Picture ${index + 1} of the story`, panel };
  }

  function add(image) {
    images.push(image);
    if (images.length <= 3) {
      strip.append(photo(kind.address(image), "", { loading: "lazy" }));
    }
    strip.dataset.shown = Math.min(images.length, 3);
    const count = `${images.length} ${images.length === 1 ? "picture" : "pictures"}`;
    strip.setAttribute("aria-label", `Open the story of ${count}`);
    fill(name, count, " · ", day(image.created_at));
  }

  return { element, add };
}
