"use strict";
/* Each table can be saved as CSV, its numbers with all their digits. */
isocost.tables = () => {
  for (const place of document.querySelectorAll(".table")) {
    const table = place.querySelector("table");
    const button = isocost.made("button", "CSV", "csv");
    button.type = "button";
    button.setAttribute("aria-label", `Save as CSV: ${table.caption.textContent}`);
    button.addEventListener("click", () => {
      const lines = [...table.rows].map((row) =>
        [...row.cells].map((cell) => {
          const numbers = [...cell.querySelectorAll("data")];
          return numbers.length === 1 ? Number(numbers[0].value) : numbers.length ? numbers.map((one) => one.value).join(" ") : cell.textContent;
        }),
      );
      isocost.save(`isocost-${table.dataset.name}.csv`, isocost.csv(lines));
    });
    place.append(button);
  }
};
