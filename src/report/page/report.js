// Builds the page of a report from the data embedded in it.
"use strict";
const page = (() => {
  const { element } = tiexi;
  const report = JSON.parse(document.getElementById("data").textContent);
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  let theme = null;
  let printing = false;
  const shown = [];

  const isDark = () => !printing && (theme ? theme === "dark" : media.matches);

  const draw = (view) => {
    const option = tiexi.option(view.chart, view.state, isDark());
    view.host.style.height = `${option.height_hint ?? 360}px`;
    if (!view.drawn) view.drawn = echarts.init(view.host, null, { renderer: "svg" });
    view.drawn.resize();
    delete option.height_hint;
    view.drawn.setOption(option, true);
    view.meaning.textContent = tiexi.term(view.chart, view.state)?.meaning ?? "";
  };
  const drawAll = () => shown.filter((view) => view.drawn).forEach(draw);

  const select = (pick, values, view) => {
    const field = element("select");
    values.forEach((value) => { const one = element("option", "", tiexi.spoken(value)); one.value = value; field.append(one); });
    field.value = view.state[pick.field];
    field.setAttribute("aria-label", pick.label);
    field.addEventListener("change", () => { view.state[pick.field] = field.value; draw(view); });
    return [field];
  };

  const slider = (pick, values, view) => {
    const field = element("input");
    const said = element("output", "", view.state[pick.field]);
    Object.assign(field, { type: "range", min: 0, max: values.length - 1, step: 1, value: values.indexOf(view.state[pick.field]) });
    field.setAttribute("aria-label", pick.label);
    const move = () => { view.state[pick.field] = values[Number(field.value)]; said.textContent = view.state[pick.field]; draw(view); };
    field.addEventListener("input", move);
    const play = element("button", "", "▶");
    play.type = "button";
    play.title = "play";
    let timer = null;
    play.addEventListener("click", () => {
      if (timer) { clearInterval(timer); timer = null; play.textContent = "▶"; return; }
      play.textContent = "❚❚";
      timer = setInterval(() => { field.value = (Number(field.value) + 1) % values.length; move(); }, 250);
    });
    return [play, field, said];
  };

  const controls = (view) => {
    const bar = element("div", "controls");
    for (const pick of view.chart.pick) {
      const values = tiexi.distinct(tiexi.column(view.chart.data, pick.field)).map(String);
      view.state[pick.field] = pick.start !== null && values.includes(String(pick.start)) ? String(pick.start) : values.at(pick.control === "slider" ? -1 : 0);
      const label = element("label", "", `${pick.label} `);
      label.append(...(pick.control === "slider" ? slider : select)(pick, values, view));
      bar.append(label);
    }
    const take = element("span", "take");
    const button = (text, act) => { const one = element("button", "", text); one.type = "button"; one.addEventListener("click", act); take.append(one); };
    const name = view.chart.id;
    button("CSV", () => tiexi.save(`${name}.csv`, tiexi.csv(view.chart.data), "text/csv"));
    button("SVG", () => tiexi.save(`${name}.svg`, tiexi.svg(view.chart, view.state), "image/svg+xml"));
    button("PNG", () => tiexi.save(`${name}.png`, tiexi.png(view.chart, view.state), "image/png"));
    bar.append(take);
    return bar;
  };

  const figure = (chart) => {
    const box = element("figure", "chart");
    box.id = chart.id;
    const host = element("div", "plot");
    const view = { chart, host, state: {}, drawn: null, meaning: element("p", "meaning") };
    const caption = element("figcaption");
    caption.append(element("h3", "", chart.title), element("p", "", chart.about));
    if (chart.note) caption.append(element("p", "note", chart.note));
    box.append(caption, controls(view), view.meaning, host);
    shown.push(view);
    return box;
  };

  const cards = () => {
    const row = element("div", "cards");
    for (const card of report.cards) {
      const box = element("div", "card");
      box.append(element("div", "label", card.label), element("div", "value", card.value), element("div", "change", card.change), element("div", "unit", card.unit));
      row.append(box);
    }
    return row;
  };

  const tables = () => report.tables.map((table) => {
    const box = element("section");
    box.append(element("h2", "", table.title));
    const grid = element("table");
    const line = (cells, tag) => { const row = element("tr"); cells.forEach((text) => row.append(element(tag, "", text))); return row; };
    grid.append(line(table.header, "th"), ...table.rows.map((cells) => line(cells, "td")));
    const scroll = element("div", "scroll");
    scroll.append(grid);
    box.append(scroll);
    return box;
  });

  const provenance = () => {
    const box = element("section");
    box.id = "provenance";
    box.append(element("h2", "", "How to reproduce this"), element("p", "", report.reproduce));
    box.append(element("pre", "command", report.command));
    const more = element("details");
    more.append(element("summary", "", "Manifest"), element("pre", "", JSON.stringify(report.manifest, null, 1)));
    box.append(more);
    return box;
  };

  const build = () => {
    const main = document.getElementById("page");
    const head = element("header");
    const toggle = element("button", "theme", "◐");
    toggle.type = "button";
    toggle.title = "light or dark";
    toggle.addEventListener("click", () => { theme = isDark() ? "light" : "dark"; document.documentElement.dataset.theme = theme; drawAll(); });
    head.append(toggle, element("p", "kind", report.kind), element("h1", "", report.title), element("p", "about", report.about));
    const contents = element("nav");
    main.append(head, cards(), contents);
    report.sections.forEach((section, at) => {
      const box = element("section");
      box.id = `section-${at + 1}`;
      const link = element("a", "", section.title);
      link.href = `#${box.id}`;
      contents.append(link);
      box.append(element("h2", "", section.title), ...section.charts.map(figure));
      main.append(box);
    });
    main.append(...tables(), provenance());
  };

  build();
  // Charts far down are drawn when they come near, so that long reports open at once.
  const near = new IntersectionObserver((entries) => entries.filter((one) => one.isIntersecting).forEach((one) => {
    const view = shown.find((candidate) => candidate.host === one.target);
    if (!view.drawn) draw(view);
    near.unobserve(one.target);
  }), { rootMargin: "600px" });
  shown.forEach((view) => near.observe(view.host));
  media.addEventListener("change", drawAll);
  window.addEventListener("resize", () => shown.filter((view) => view.drawn).forEach((view) => view.drawn.resize()));
  window.addEventListener("beforeprint", () => { printing = true; shown.forEach(draw); });
  window.addEventListener("afterprint", () => { printing = false; drawAll(); });
  document.documentElement.dataset.ready = "yes";
  return { shown, draw };
})();
