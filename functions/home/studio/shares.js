// The shares of one image.

import { call } from "./api.js";
import { h, setChildren } from "./dom.js";
import { actionButton, errorBox, field, onSubmit } from "./forms.js";

/** The users an image is shared with, and a form to add one. `onChange` is called after each change. */
export function sharesSection(imageId, onChange) {
  const list = h("ul", { class: "share-list", "aria-label": "Shared with" });
  const errors = errorBox();
  const username = h("input", { name: "shared_with_username", autocomplete: "off", autocapitalize: "none" });
  const form = h(
    "form",
    { class: "share-form" },
    field("Share with", username, "Enter a username."),
    h("button", { type: "submit" }, "Share"),
  );

  async function load() {
    const allShares = await call("GET", "sharing/shared-by-me");
    const shares = allShares.filter((share) => share.image_id === imageId);
    setChildren(list, shares.length ? shares.map(shareItem) : h("li", { class: "muted" }, "Not shared with anyone."));
  }

  function shareItem(share) {
    const path = `sharing/unshare/${imageId}/${share.shared_with_user_id}`;
    const unshare = async () => {
      await call("DELETE", path);
      await reload();
    };
    const label = `Stop sharing with ${share.shared_with_username}`;
    const button = actionButton({ class: "subtle small", "aria-label": label }, "Unshare", unshare, errors);
    return h("li", {}, h("span", {}, share.shared_with_username), button);
  }

  async function reload() {
    onChange();
    await load();
  }

  onSubmit(form, async () => {
    const json = { shared_with_username: username.value.trim() };
    await call("POST", `sharing/share/${imageId}`, { json });
    username.value = "";
    await reload();
  });
  load().catch(errors.show);
  return h("section", { class: "shares" }, h("h3", {}, "Shared with"), list, errors.element, form);
}
