// Publicaciones: hasta cuatro imágenes, u ocho con el plan premium, en palabras del contrato.

import { call } from "./api.js";
import { ask } from "./dialogs.js";
import { announce, fill, h } from "./dom.js";
import { field, onSubmit, problemBox, workButton } from "./forms.js";
import { icon } from "./icons.js";
import { openLarge, tile } from "./pictures.js";
import { currentUser } from "./session.js";
import { uploader } from "./uploader.js";
import { upload } from "./uploads.js";

const BASE_PATH = "api/v1/publications";

const SPANISH = {
  drop: "Suelta aquí las imágenes",
  choose: "o elige archivos",
  remove: "Quitar",
  developing: "Revelando …",
  of: "de",
  done: "agregada",
};

/** `go(id)` shows a publication, or the way to one when there is no id. */
export function publications(go) {
  const place = h("div", { lang: "es" });
  return {
    element: place,
    show(id) {
      fill(place, id ? publication(id, go) : entrance(go));
    },
  };
}

function entrance(go) {
  const known = recent();
  const links = known.map((id) => h("li", {}, h("button", { type: "button", class: "chip", onclick: () => go(id) }, id)));
  return h(
    "div",
    { class: "two even" },
    h("div", { class: "card" }, h("h2", {}, "Crear una publicación"), creation(go)),
    h("div", { class: "card" }, h("h2", {}, "Abrir una publicación"), opening(go), known.length > 0 && [h("h3", {}, "Recientes"), h("ul", { class: "choice-row" }, links)]),
  );
}

function creation(go) {
  const id = h("input", { name: "publicationId", autocomplete: "off", autocapitalize: "none" });
  const form = h("form", {}, field("Identificador", id, "Opcional: letras, cifras, guiones."), h("button", { type: "submit", class: "primary" }, "Crear publicación"));
  onSubmit(form, async () => {
    const wanted = id.value.trim();
    const { publicationId } = await call("POST", BASE_PATH, { json: wanted ? { publicationId: wanted } : {} });
    announce("Publicación creada");
    go(publicationId);
  });
  return form;
}

function opening(go) {
  const id = h("input", { name: "publicationId", autocomplete: "off", autocapitalize: "none" });
  const form = h("form", {}, field("Identificador", id), h("button", { type: "submit" }, "Abrir"));
  onSubmit(form, async () => {
    const { publicationId } = await call("GET", `${BASE_PATH}/${encodeURIComponent(id.value.trim() || "-")}`);
    go(publicationId);
  });
  return form;
}

function publication(id, go) {
  const path = `${BASE_PATH}/${encodeURIComponent(id)}`;
  const list = h("ul", { class: "grid", "aria-label": "Imágenes" });
  const count = h("p", { class: "muted", role: "status" });
  const problem = problemBox();
  const target = { path: `${path}/images`, direct: `${path}/images/uploads`, field: "image" };
  const premium = h("input", { type: "checkbox", name: "isPremium" });
  const add = uploader({
    words: SPANISH,
    hint: "JPEG o PNG, hasta 5 MB cada una",
    extras: h("label", { class: "check" }, premium, "Tengo el plan premium"),
    submitLabel: (files) => `Agregar ${files} ${files === 1 ? "imagen" : "imágenes"}`,
    inOrder: true,
    async sendOne(row, signal) {
      const onProgress = (_, share) => row.progress(share);
      const fields = { isPremium: premium.checked };
      await upload(target, [row.file], { fields, key: row.key, signal, onProgress });
      await load();
    },
  });

  async function load() {
    const { images, totalImages } = await call("GET", `${path}/images`);
    remember(id);
    fill(count, totalImages === 1 ? "1 imagen" : `${totalImages} imágenes`);
    const nothing = h("li", { class: "empty" }, h("h2", {}, "Sin imágenes"), h("p", {}, "Suelta arriba las primeras: cuatro con el plan gratuito, ocho con el premium."));
    fill(list, images.length ? images.map(imageTile) : nothing);
  }

  function imageTile(uri, index, all) {
    const label = `Imagen ${index + 1}`;
    const frames = all.map((src, at) => ({ src, alt: `Imagen ${at + 1}`, panel: () => h("h2", { lang: "es" }, `Imagen ${at + 1}`) }));
    const remove = workButton({ class: "round quiet", "aria-label": `Eliminar ${label}` }, icon("bin"), () => removeImage(uri), problem);
    return tile({ src: uri, alt: label, label, marks: remove, open: () => openLarge(frames, index) });
  }

  async function removeImage(uri) {
    if (await ask({ ...QUESTION, question: "¿Eliminar esta imagen?" })) {
      const { message } = await call("DELETE", `${path}/images/${encodeURIComponent(uri)}`);
      announce(message);
      await load();
    }
  }

  async function removeAll() {
    if (await ask({ ...QUESTION, question: "¿Eliminar la publicación?", detail: "Se borra con todas sus imágenes." })) {
      const { message } = await call("DELETE", path);
      forget(id);
      announce(message);
      go("");
    }
  }

  load().catch(problem.show);
  const back = h("button", { type: "button", class: "quiet back", onclick: () => go("") }, icon("back"), "Todas las publicaciones");
  const drop = workButton({ class: "danger" }, [icon("bin"), "Eliminar la publicación"], removeAll, problem);
  const head = h("div", { class: "heading" }, h("h2", {}, id), count, drop);
  return h("div", {}, back, head, problem.element, add, list);
}

const QUESTION = { detail: "No se puede deshacer.", action: "Eliminar", cancel: "Cancelar", lang: "es" };

// The API has no list of publications, so this browser remembers those it has seen.
const storageKey = () => `darkroom.publications.${currentUser()}`;
const recent = () => JSON.parse(localStorage.getItem(storageKey()) ?? "[]");

function remember(id) {
  keep([id, ...recent().filter((other) => other !== id)].slice(0, 12));
}

function forget(id) {
  keep(recent().filter((other) => other !== id));
}

function keep(ids) {
  localStorage.setItem(storageKey(), JSON.stringify(ids));
}
