"use strict";
/* Data of the page: compressed JSON in script elements, which the browser never runs. */
const isocost = {};

isocost.bytesOf = async (id) => {
  const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(plain).blob();
};

isocost.unpack = async (id) => JSON.parse(await (await isocost.bytesOf(id)).text());

/* An element with a class and a text; text only, never markup. */
isocost.made = (tag, text = "", kind = "") => {
  const element = document.createElement(tag);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
};

isocost.save = (name, blob) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/* A spreadsheet must not take a text for a formula: such texts get a quote in front. */
isocost.csv = (lines) => {
  const cell = (value) => {
    if (typeof value === "number" || value === null) return String(value ?? "");
    const text = /^[=+\-@\t]/.test(value) && isNaN(value) ? "'" + value : String(value);
    return /[",\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  return new Blob([lines.map((line) => line.map(cell).join(",")).join("\n") + "\n"], { type: "text/csv" });
};
