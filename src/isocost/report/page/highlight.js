"use strict";
/* Python as coloured text, made when it is looked at: spans of text, never markup. */
isocost.python = (() => {
  const keywords =
    "and as assert async await break class continue def del elif else except finally for from global if import in is " +
    "lambda match nonlocal not or pass raise return try while with yield False None True";
  const token = new RegExp(
    [
      "(?<comment>#[^\\n]*)",
      "(?<text>[rbfuRBFU]{0,2}(?:'''(?:[^\\\\]|\\\\[^])*?(?:'''|$)|\"\"\"(?:[^\\\\]|\\\\[^])*?(?:\"\"\"|$)" +
        "|'(?:[^'\\\\\\n]|\\\\[^])*'?|\"(?:[^\"\\\\\\n]|\\\\[^])*\"?))",
      "(?<number>\\b\\d[\\w.]*)",
      `(?<keyword>\\b(?:${keywords.split(" ").join("|")})\\b)`,
      "(?<word>[A-Za-z_]\\w*)",
    ].join("|"),
    "g",
  );
  return (source, element) => {
    let end = 0;
    let defines = false;
    for (const found of source.matchAll(token)) {
      const groups = found.groups;
      let kind = ["comment", "text", "number", "keyword"].find((name) => groups[name] !== undefined);
      if (groups.word !== undefined && defines) kind = "name";
      defines = groups.keyword === "def" || groups.keyword === "class";
      if (kind === undefined) continue;
      element.append(source.slice(end, found.index), isocost.made("span", found[0], "py-" + kind));
      end = found.index + found[0].length;
    }
    element.append(source.slice(end));
  };
})();
