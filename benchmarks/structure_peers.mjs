// Prints what readability and defuddle make of pages, as JSON: {name: {readability: html, defuddle: html}}.
// node structure_peers.mjs FOLDER_OF_NODE_MODULES < [{"name": ..., "url": ..., "path": ...}, ...]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.argv[2]}/`);
const { JSDOM, VirtualConsole } = require("jsdom");
const { Readability } = require("@mozilla/readability");
const { Defuddle } = await import(pathToFileURL(`${process.argv[2]}/node_modules/defuddle/dist/node.js`));

const found = {};
for (const { name, url, path } of JSON.parse(readFileSync(0, "utf-8"))) {
  const html = readFileSync(path, "utf-8");
  const open = () => new JSDOM(html, { url, virtualConsole: new VirtualConsole() });
  const read = new Readability(open().window.document, { keepClasses: true }).parse();
  const fuddled = await Defuddle(open(), url);
  found[name] = { readability: read?.content ?? "", defuddle: fuddled?.content ?? "" };
}
process.stdout.write(JSON.stringify(found));
