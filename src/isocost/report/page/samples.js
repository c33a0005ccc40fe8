"use strict";
/* The browser of samples: a list of which only the rows in view exist, and the chosen sample beside it. */
isocost.samples = {
  HEIGHT: 44,
  data: null,
  texts: null,
  kept: [],
  chosen: -1,

  async start() {
    const self = isocost.samples;
    const data = await isocost.unpack("data-samples");
    const order = data.samples.map((_, place) => place);
    const problem = (place) => data.samples[place][1];
    order.sort((a, b) => problem(a) - problem(b) || data.samples[a][0] - data.samples[b][0] || data.samples[a][2] - data.samples[b][2]);
    self.data = data;
    self.order = order;
    self.list = document.getElementById("samples-list");
    const fill = (id, options) => {
      for (const [value, text] of options) document.getElementById(id).append(new Option(text, value));
    };
    fill("filter-model", data.models.map((name, place) => [place, name]));
    fill("filter-rung", data.benchmarks.map(([name, rung], place) => [place, `${rung} · ${name}`]));
    const seen = new Set(data.samples.map((sample) => sample[3]));
    fill("filter-outcome", data.outcomes.map((name, place) => [place, name]).filter(([place]) => seen.has(place)));
    const form = document.querySelector("form.filters");
    form.addEventListener("input", self.filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    self.list.addEventListener("scroll", self.paint);
    self.list.addEventListener("click", self.clicked);
    self.list.addEventListener("keydown", self.pressed);
    self.filter();
  },

  /* What the text filter looks at, in small letters; made when it is first asked for. */
  haystack() {
    const { data, texts } = isocost.samples;
    return (isocost.samples.texts ??= texts ?? data.samples.map((sample) => {
      const details = sample[10].map((judged) => judged[2]).join("\n");
      return `${data.problems[sample[1]][0]}\n${data.models[sample[0]]}\n${sample[4]}\n${details}\n${sample[7]}`.toLowerCase();
    }));
  },

  filter() {
    const self = isocost.samples;
    const value = (id) => document.getElementById(id).value;
    const whole = (id) => (value(id) === "" ? -1 : Number(value(id)));
    const [model, rung, outcome] = [whole("filter-model"), whole("filter-rung"), whole("filter-outcome")];
    const text = value("filter-text").trim().toLowerCase();
    const texts = text ? self.haystack() : null;
    const { samples, problems } = self.data;
    self.kept = self.order.filter((place) => {
      const sample = samples[place];
      return (model < 0 || sample[0] === model) && (rung < 0 || problems[sample[1]][1] === rung) &&
        (outcome < 0 || sample[3] === outcome) && (texts === null || texts[place].includes(text));
    });
    const passed = self.kept.reduce((sum, place) => sum + (samples[place][3] === 0), 0);
    const of = self.kept.length === samples.length ? "" : ` of ${samples.length.toLocaleString("en")}`;
    document.getElementById("samples-found").textContent =
      `${self.kept.length.toLocaleString("en")}${of} samples, ${passed.toLocaleString("en")} passed`;
    self.list.querySelector(".spacer").style.height = `${self.kept.length * self.HEIGHT}px`;
    self.list.scrollTop = 0;
    self.chosen = -1;
    self.list.removeAttribute("aria-activedescendant");
    self.paint();
  },

  /* Only the rows in view, and a few around them, are in the document. */
  paint() {
    const self = isocost.samples;
    const first = Math.max(0, Math.floor(self.list.scrollTop / self.HEIGHT) - 4);
    const last = Math.min(self.kept.length, first + Math.ceil(self.list.clientHeight / self.HEIGHT) + 8);
    const rows = [];
    for (let place = first; place < last; place += 1) rows.push(self.row(place));
    self.list.querySelector(".spacer").replaceChildren(...rows);
  },

  row(place) {
    const self = isocost.samples;
    const { data } = self;
    const sample = data.samples[self.kept[place]];
    const row = isocost.made("div", "", "row");
    row.id = `sample-${place}`;
    row.dataset.place = place;
    row.style.top = `${place * self.HEIGHT}px`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(place === self.chosen));
    row.setAttribute("aria-setsize", self.kept.length);
    row.setAttribute("aria-posinset", place + 1);
    const [name, benchmark] = data.problems[sample[1]];
    const where = isocost.made("span", name, "problem");
    where.append(isocost.made("small", `${data.models[sample[0]]} · rung ${data.benchmarks[benchmark][1]}${sample[2] ? ` · draw ${sample[2]}` : ""}`));
    row.append(where, self.badge(sample[3]));
    return row;
  },

  badge(outcome) {
    const kind = outcome === 0 ? "passed" : outcome >= 8 ? "unscored" : "failed";
    return isocost.made("span", isocost.samples.data.outcomes[outcome], `badge ${kind}`);
  },

  clicked(event) {
    const row = event.target.closest(".row");
    if (row) isocost.samples.choose(Number(row.dataset.place));
  },

  pressed(event) {
    const self = isocost.samples;
    const page = Math.max(1, Math.floor(self.list.clientHeight / self.HEIGHT) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    self.choose(Math.max(0, Math.min(self.kept.length - 1, self.chosen + steps[event.key])));
  },

  choose(place) {
    const self = isocost.samples;
    if (place < 0 || place >= self.kept.length) return;
    self.chosen = place;
    const top = place * self.HEIGHT;
    if (top < self.list.scrollTop) self.list.scrollTop = top;
    const below = top + self.HEIGHT - self.list.clientHeight;
    if (below > self.list.scrollTop) self.list.scrollTop = below;
    self.paint();
    self.list.setAttribute("aria-activedescendant", `sample-${place}`);
    self.show(self.kept[place]);
  },

  show(which) {
    const self = isocost.samples;
    const { data } = self;
    const [model, problem, draw, outcome, id, finish, tokens, completion, program, note, judged] = data.samples[which];
    const [name, benchmark, base, prompt] = data.problems[problem];
    const shown = document.getElementById("sample-shown");
    const head = isocost.made("h3", name);
    head.append(self.badge(outcome));
    const facts = [data.models[model], `rung ${data.benchmarks[benchmark][1]}, ${data.benchmarks[benchmark][0]}`, `draw ${draw}`];
    if (finish) facts.push(`ended by ${finish}`);
    if (tokens !== null) facts.push(`${tokens} tokens written`);
    shown.replaceChildren(head, isocost.made("p", facts.join(" · ") + ` · ${id}`, "note"), self.others(problem, base, which));
    for (const [tests, verdict, detail, channel, told, output] of judged) {
      const part = isocost.made("div", "", "verdict");
      const line = isocost.made("p", `Tests ${tests}: `);
      line.append(self.badge(verdict));
      part.append(line);
      if (detail) part.append(isocost.made("pre", detail));
      part.append(isocost.made("p", `${told}${told ? " · " : ""}${channel}`, "note"));
      if (output) part.append(isocost.made("p", "Printed while it ran:", "note"), isocost.made("pre", output));
      shown.append(part);
    }
    shown.append(self.text("Prompt", prompt || "The prompt is not at hand: the benchmark's file was not found."));
    if (program === null) shown.append(self.text("Program", data.notes[note] || "There is none."));
    else shown.append(self.text("Program, as it was judged", program, true));
    shown.append(self.text("Completion, as it came", completion));
    shown.scrollTop = 0;
  },

  text(title, text, python = false) {
    const part = document.createElement("details");
    part.open = true;
    const block = isocost.made("pre");
    if (python) isocost.python(text, block);
    else block.textContent = text;
    part.append(isocost.made("summary", title), block);
    return part;
  },

  /* How other samples of the same base problem ended, on every rung; each can be gone to. */
  others(problem, base, which) {
    const self = isocost.samples;
    const { data } = self;
    const row = isocost.made("p", "", "others");
    for (const place of self.order) {
      const sample = data.samples[place];
      if (data.problems[sample[1]][2] !== base || place === which || row.childElementCount >= 24) continue;
      const rung = data.benchmarks[data.problems[sample[1]][1]][1];
      const button = isocost.made("button", `${data.models[sample[0]]}, rung ${rung}`, sample[3] === 0 ? "passed" : sample[3] >= 8 ? "unscored" : "failed");
      button.type = "button";
      button.title = data.outcomes[sample[3]];
      button.append(isocost.made("span", ` ${sample[3] === 0 ? "✓" : "✗"}`));
      button.addEventListener("click", () => {
        self.chosen = self.kept.indexOf(place);
        if (self.chosen >= 0) self.choose(self.chosen);
        else self.show(place);
      });
      row.append(button);
    }
    return row;
  },
};
