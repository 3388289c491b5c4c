// Upload files with fetch: node fetch.mjs URL TOKEN FIELD FILE...
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

const [url, token, field, ...files] = process.argv.slice(2);
const body = new FormData();
for (const file of files) {
  body.append(field, new Blob([await readFile(file)]), basename(file));
}
body.append("caption", "Mañana");
const headers = { Authorization: `Bearer ${token}` };
const response = await fetch(url, { method: "POST", headers, body });
console.log(await response.text());
console.log(response.status);
