// Who may see an image beside its owner.

import { call } from "./api.js";
import { fill, h } from "./dom.js";
import { field, onSubmit, problemBox, workButton } from "./forms.js";

/** The people an image is shared with, and a way to add one; `onChange` is told of each change. */
export function shares(imageId, onChange) {
  const list = h("ul", { class: "people", "aria-label": "Shared with" });
  const problem = problemBox();
  const name = h("input", { name: "shared_with_username", autocomplete: "off", autocapitalize: "none" });
  const form = h(
    "form",
    { class: "share-form" },
    field("Share with", name, "The user name of whom it is for."),
    h("button", { type: "submit" }, "Share"),
  );

  async function load() {
    const all = await call("GET", "sharing/shared-by-me");
    const people = all.filter((share) => share.image_id === imageId);
    fill(list, people.length ? people.map(person) : h("li", { class: "muted" }, "Nobody yet."));
  }

  function person(share) {
    const path = `sharing/unshare/${imageId}/${share.shared_with_user_id}`;
    const unshare = async () => {
      await call("DELETE", path);
      await changed();
    };
    const label = `Stop sharing with ${share.shared_with_username}`;
    const button = workButton({ class: "quiet small", "aria-label": label }, "Unshare", unshare, problem);
    return h("li", {}, h("span", {}, share.shared_with_username), button);
  }

  async function changed() {
    onChange();
    await load();
  }

  onSubmit(form, async () => {
    const json = { shared_with_username: name.value.trim() };
    await call("POST", `sharing/share/${imageId}`, { json });
    name.value = "";
    await changed();
  });
  load().catch(problem.show);
  return h("section", { class: "shares" }, h("h3", {}, "Shared with"), list, problem.element, form);
}
