"use strict";
(async () => {
  const root = document.documentElement;
  document.getElementById("theme").addEventListener("click", () => {
    const dark = (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    root.dataset.theme = dark ? "light" : "dark";
  });
  document.getElementById("save-result").addEventListener("click", async () => {
    isocost.save("result.json", new Blob([await isocost.bytesOf("data-result")], { type: "application/json" }));
  });
  const series = document.getElementById("series");
  const links = () => {
    for (const link of document.querySelectorAll("nav a[data-section]")) {
      const place = `${link.dataset.section}-${series?.value ?? 0}`;
      link.href = `#${place}`;
      link.hidden = document.getElementById(place) === null;
    }
  };
  series?.addEventListener("change", async () => {
    for (const one of document.querySelectorAll(".series")) one.hidden = one.id !== `series-${series.value}`;
    links();
    await isocost.charts.drawShown();
  });
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll(".answer details, details.more")) one.open = true;
  });
  links();
  isocost.tables();
  await isocost.charts.start();
  if (document.getElementById("data-samples")) await isocost.samples.start();
  root.dataset.ready = "yes";
})();
