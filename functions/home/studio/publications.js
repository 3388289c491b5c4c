// The view of publications. Its texts are in Spanish, the language of their contract.

import { call } from "./api.js";
import { confirmAction } from "./dialogs.js";
import { announce, h, setChildren } from "./dom.js";
import { actionButton, errorBox, field, onSubmit } from "./forms.js";
import { MIB } from "./formatting.js";
import { icon } from "./icons.js";
import { tile } from "./images.js";
import { openLightbox } from "./lightbox.js";
import { LIMITS } from "./limits.js";
import { currentUser } from "./session.js";
import { uploadForm } from "./upload_form.js";
import { upload } from "./uploads.js";

const BASE_PATH = "api/v1/publications";
const MAX_RECENT = 12;

const SPANISH = {
  drop: "Suelta aquí las imágenes",
  choose: "o elige archivos",
  remove: "Quitar",
  processing: "Procesando …",
  of: "de",
  done: "agregada",
};

const CONFIRMATION = { detail: "No se puede deshacer.", action: "Eliminar", cancel: "Cancelar", lang: "es" };

/** `navigate(id)` opens the page of a publication; with an empty id, the start page. */
export function publicationsView(navigate) {
  const container = h("div", { lang: "es" });
  return {
    element: container,
    show(id) {
      setChildren(container, id ? publicationPage(id, navigate) : startPage(navigate));
    },
  };
}

function startPage(navigate) {
  const ids = recentIds();
  const links = ids.map((id) => h("li", {}, h("button", { type: "button", class: "chip", onclick: () => navigate(id) }, id)));
  return h(
    "div",
    { class: "two-columns even" },
    h("div", { class: "card" }, h("h2", {}, "Crear una publicación"), createForm(navigate)),
    h("div", { class: "card" }, h("h2", {}, "Abrir una publicación"), openForm(navigate), ids.length > 0 && [h("h3", {}, "Recientes"), h("ul", { class: "button-row" }, links)]),
  );
}

const idInput = () => h("input", { name: "publicationId", autocomplete: "off", autocapitalize: "none" });

function createForm(navigate) {
  const input = idInput();
  const form = h("form", {}, field("Identificador", input, "Opcional: letras, cifras, guiones."), h("button", { type: "submit", class: "primary" }, "Crear publicación"));
  onSubmit(form, async () => {
    const id = input.value.trim();
    const { publicationId } = await call("POST", BASE_PATH, { json: id ? { publicationId: id } : {} });
    announce("Publicación creada");
    navigate(publicationId);
  });
  return form;
}

function openForm(navigate) {
  const input = idInput();
  const form = h("form", {}, field("Identificador", input), h("button", { type: "submit" }, "Abrir"));
  onSubmit(form, async () => {
    // An empty id would request another path; "-" returns the error of an unknown publication.
    const { publicationId } = await call("GET", `${BASE_PATH}/${encodeURIComponent(input.value.trim() || "-")}`);
    navigate(publicationId);
  });
  return form;
}

function publicationPage(id, navigate) {
  const path = `${BASE_PATH}/${encodeURIComponent(id)}`;
  const list = h("ul", { class: "grid", "aria-label": "Imágenes" });
  const count = h("p", { class: "muted", role: "status" });
  const errors = errorBox();
  const target = { path: `${path}/images`, directPath: `${path}/images/uploads`, fileField: "image" };
  const premium = h("input", { type: "checkbox", name: "isPremium" });
  const form = uploadForm({
    texts: SPANISH,
    hint: `JPEG o PNG, hasta ${LIMITS.publicationFileBytes / MIB} MB cada una`,
    options: h("label", { class: "checkbox" }, premium, "Tengo el plan premium"),
    submitLabel: (files) => `Agregar ${files} ${files === 1 ? "imagen" : "imágenes"}`,
    inOrder: true,
    async sendOne(row, signal) {
      const onProgress = (_, fraction) => row.showProgress(fraction);
      const fields = { isPremium: premium.checked };
      await upload(target, [row.file], { fields, key: row.key, signal, onProgress });
      await load();
    },
  });

  async function load() {
    const { images, totalImages } = await call("GET", `${path}/images`);
    addRecent(id);
    setChildren(count, totalImages === 1 ? "1 imagen" : `${totalImages} imágenes`);
    const emptyState = h("li", { class: "empty-state" }, h("h2", {}, "Sin imágenes"), h("p", {}, `Suelta arriba las primeras: hasta ${LIMITS.publicationImages} con el plan gratuito, hasta ${LIMITS.premiumPublicationImages} con el premium.`));
    setChildren(list, images.length ? images.map(imageTile) : emptyState);
  }

  function imageTile(uri, index, uris) {
    const label = imageLabel(index);
    const open = () => openLightbox(uris.map(slideOf), index);
    const removeButton = actionButton({ class: "icon-button subtle", "aria-label": `Eliminar ${label}` }, icon("bin"), () => deleteImage(uri), errors);
    return tile({ src: uri, alt: label, label, notes: removeButton, open });
  }

  async function deleteImage(uri) {
    if (await confirmAction({ ...CONFIRMATION, title: "¿Eliminar esta imagen?" })) {
      const { message } = await call("DELETE", `${path}/images/${encodeURIComponent(uri)}`);
      announce(message);
      await load();
    }
  }

  async function deletePublication() {
    if (await confirmAction({ ...CONFIRMATION, title: "¿Eliminar la publicación?", detail: "Se borra con todas sus imágenes." })) {
      const { message } = await call("DELETE", path);
      removeRecent(id);
      announce(message);
      navigate("");
    }
  }

  load().catch(errors.show);
  const back = h("button", { type: "button", class: "subtle back-button", onclick: () => navigate("") }, icon("left"), "Todas las publicaciones");
  const deleteButton = actionButton({ class: "danger" }, [icon("bin"), "Eliminar la publicación"], deletePublication, errors);
  const header = h("div", { class: "publication-header" }, h("h2", {}, id), count, deleteButton);
  return h("div", {}, back, header, errors.element, form, list);
}

const imageLabel = (index) => `Imagen ${index + 1}`;
const slideOf = (src, index) => ({ src, alt: imageLabel(index), panel: () => h("h2", { lang: "es" }, imageLabel(index)) });

// The API does not list publications, so the browser stores the ids of recent ones.
const recentKey = () => `darkroom.publications.${currentUser()}`;
const recentIds = () => JSON.parse(localStorage.getItem(recentKey()) ?? "[]");

function addRecent(id) {
  storeRecent([id, ...recentIds().filter((other) => other !== id)].slice(0, MAX_RECENT));
}

function removeRecent(id) {
  storeRecent(recentIds().filter((other) => other !== id));
}

function storeRecent(ids) {
  localStorage.setItem(recentKey(), JSON.stringify(ids));
}
