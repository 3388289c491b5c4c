// Upload files with axios: node axios.cjs URL TOKEN FIELD FILE...
const { readFileSync } = require("node:fs");
const { basename } = require("node:path");
const axios = require("axios");

const [url, token, field, ...files] = process.argv.slice(2);
const body = new FormData();
for (const file of files) {
  body.append(field, new Blob([readFileSync(file)], { type: "image/png" }), basename(file));
}
body.append("caption", "Mañana");
const headers = { Authorization: `Bearer ${token}` };
const options = { headers, validateStatus: () => true, responseType: "text", proxy: false };
axios.post(url, body, options).then((response) => {
  console.log(response.data);
  console.log(response.status);
});
