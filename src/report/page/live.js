// The live page: levers, one run that is watched, and runs that are pinned beside it.
"use strict";
const live = (() => {
  const { element, number } = tiexi;
  const { token, choices } = JSON.parse(document.getElementById("data").textContent);
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  let language = navigator.language.startsWith("zh") ? "zh" : "en";
  let choice = choices[0];
  let status = "ready";
  let rows = [];
  let network = null;
  let stream = null;
  let told = [];
  let problem = "";
  const pinned = [];
  const levers = {};
  const parts = {};
  const plots = {};
  const words = () => WORDS[language];
  const PARTS = ["factor_contribution", "value_chain_contribution", "structure_contribution", "following_contribution"];
  const CHARTS = { level: ["value_added_per_worker"], parts: PARTS, shares: ["high_end_share", "high_tech_share"], chain: ["kept_share"],
    firms: ["firms"], links: ["supply_relations", "alliance_relations", "platform_members"] };

  // ------------------------------------------------------------------------------- talking to the server

  const ask = async (path, body) => {
    const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-tiexi-token": token }, body: JSON.stringify(body) });
    const text = await answer.text();
    let said = {};
    try { said = JSON.parse(text); } catch { said = { error: text }; }
    problem = answer.ok ? "" : said.error ?? `${answer.status}`;
    show();
    return answer.ok;
  };

  const listen = () => {
    stream?.close();
    stream = new EventSource(`/events?token=${token}`);
    stream.onmessage = (event) => hear(JSON.parse(event.data));
  };

  const hear = (message) => {
    if (message.kind === "tick") {
      rows = rows.filter((row) => row.tick < message.region.tick);
      told = told.filter((one) => one.tick < message.region.tick || one.kept);
      const before = rows.at(-1);
      rows.push({ date: message.date, ...message.region });
      news(message.date, before, message.region);
      message.happened.forEach((one) => told.unshift({ tick: message.region.tick, date: message.date, key: one.kind, value: one.name, size: one.kind === "standards" ? Math.round(100 * one.size) : Math.round(one.size) }));
    } else if (message.kind === "network") network = message;
    else if (message.kind === "end") status = "over";
    else if (message.kind === "failed") { status = "failed"; problem = message.why; }
    else if (message.kind === "again") { rows = []; told = []; }
    later();
  };

  // What is worth a line in the ticker.
  const news = (date, before, now) => {
    const say = (key, value, size) => told.unshift({ tick: now.tick, date, key, value, size });
    if (now.breakthroughs > 0) say("breakthroughs", "", now.breakthroughs);
    if (now.bailouts > 0) say("bailouts", "", now.bailouts);
    if (before && now.stage !== before.stage) say("stage", now.stage);
  };

  // ------------------------------------------------------------------------------------------ actions

  const settings = () => Object.fromEntries(Object.entries(levers).map(([id, field]) => [id, Number(field.value)]));
  const delay = () => Math.round(800 * (1 - Number(parts.speed.value) / 100));

  const start = async () => {
    rows = [];
    told = [];
    network = null;
    if (await ask("/start", { file: choice.file, seed: Number(parts.seed.value), levers: settings(), delay: delay() })) {
      status = "running";
      listen();
    }
    show();
  };
  const pause = async () => {
    const wasRunning = status === "running";
    if (await ask("/control", { action: wasRunning ? "pause" : "resume" })) status = wasRunning ? "waiting" : "running";
    show();
  };
  const step = async () => { if (await ask("/control", { action: "step" })) status = "waiting"; show(); };
  const steer = async () => {
    if (await ask("/levers", settings())) told.unshift({ tick: rows.at(-1)?.tick ?? 0, date: rows.at(-1)?.date ?? "", key: "moved", value: "", kept: true });
    show();
  };
  const pin = () => { pinned.push({ name: `${pinned.length + 1}`, rows: rows.map((row) => ({ ...row })) }); show(); };
  const unpin = () => { pinned.length = 0; show(); };
  const share = async () => {
    const answer = await fetch("/scenario", { headers: { "x-tiexi-token": token } });
    tiexi.save(`live-${choice.file}`, await answer.text(), "application/toml");
  };

  // ------------------------------------------------------------------------------------------- drawing

  const summed = (all, name) => { let sum = 0; return all.map((row) => (sum += row[name])); };

  const lines = (id) => {
    const theme = tiexi.palette(media.matches);
    const series = [];
    const dates = [rows, ...pinned.map((one) => one.rows)].reduce((a, b) => (b.length > a.length ? b : a)).map((row) => row.date);
    CHARTS[id].forEach((name, at) => {
      const label = words().series[name];
      const values = (all) => (id === "parts" ? summed(all, name) : all.map((row) => row[name]));
      const colour = theme.colours[at];
      series.push({ name: label, type: "line", symbol: "none", data: values(rows), itemStyle: { color: colour }, lineStyle: { width: 2.5 },
        stack: id === "parts" && pinned.length === 0 ? "all" : undefined, areaStyle: id === "parts" && pinned.length === 0 ? { opacity: 0.6 } : undefined });
      pinned.forEach((one, place) => series.push({ name: `${label} · ${words().pinned} ${one.name}`, type: "line", symbol: "none", data: values(one.rows),
        itemStyle: { color: colour }, lineStyle: { width: 1.5, type: place % 2 ? "dotted" : "dashed", opacity: 0.8 } }));
    });
    if (id === "level") series[0].markArea = stages();
    const text = { color: theme.ink };
    return { animation: false, textStyle: { ...text, fontFamily: "system-ui, 'Noto Sans CJK SC', sans-serif" }, grid: { left: 56, right: 14, top: 30, bottom: 24 },
      legend: { type: "scroll", top: 2, textStyle: { ...text, fontSize: 11 }, itemHeight: 8 },
      xAxis: { type: "category", data: dates, axisLabel: text, axisLine: { lineStyle: { color: theme.faint } } },
      yAxis: { type: "value", scale: id !== "parts", axisLabel: { ...text, formatter: number }, splitLine: { lineStyle: { color: theme.faint, opacity: 0.6 } } },
      tooltip: { trigger: "axis", confine: true, backgroundColor: theme.paper, borderColor: theme.faint, textStyle: text,
        formatter: (points) => tiexi.tip(points[0].name, points.map((one) => [one.color, one.seriesName, number(one.value)])) },
      series };
  };

  // Spans in which one stage leads, shaded.
  const stages = () => {
    const spans = [];
    for (const row of rows.filter((one) => one.stage !== "none")) {
      const last = spans.at(-1);
      if (last && last.next === row.tick && last.stage === row.stage) Object.assign(last, { to: row.date, next: row.tick + 1 });
      else spans.push({ stage: row.stage, from: row.date, to: row.date, next: row.tick + 1 });
    }
    return { silent: true, label: { fontSize: 10, position: "insideTop", color: tiexi.palette(media.matches).ink },
      data: spans.map((one) => [{ name: words().stages[one.stage], xAxis: one.from, itemStyle: { color: tiexi.TONES[one.stage] ?? tiexi.TONES.none } }, { xAxis: one.to }]) };
  };

  const kindOf = (name) => (Object.hasOwn(words().kinds, name) ? words().kinds[name] : name);

  // Where those are drawn that are in none of the cities.
  const abroad = () => [words().abroad, Math.max(...choice.cities.map((one) => one[1])) + 0.5, Math.min(...choice.cities.map((one) => one[2]))];

  // A place near the city that depends on the name alone, so that nodes stay where they are.
  const near = (name, city) => {
    let hash = 2166136261;
    for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0), 16777619) >>> 0;
    const centre = choice.cities.find(([known]) => tiexi.safe(known) === city) ?? abroad();
    const [angle, distance] = [(hash % 3600) / 3600 * 2 * Math.PI, 0.03 + 0.24 * Math.sqrt((hash >>> 12) % 1000 / 1000)];
    return [centre[1] + distance * Math.cos(angle) * 1.3, centre[2] + distance * Math.sin(angle)];
  };

  const web = () => {
    const theme = tiexi.palette(media.matches);
    const { edges } = network.network;
    const nodes = network.network.nodes.map((node) => node.map(tiexi.safe)).map((node) => node.with(2, kindOf(node[2])));
    const groups = tiexi.distinct(nodes.map((node) => node[2])).sort();
    const places = nodes.map((node) => near(node[0], node[3]));
    const layers = tiexi.distinct(edges.map((edge) => edge[2])).sort();
    const most = Math.max(...nodes.map((node) => node[4]), 1);
    const industries = new Map(choice.industries);
    const known = new Set(choice.cities.map((one) => tiexi.safe(one[0])));
    const text = { color: theme.ink };
    const bounds = (at) => { const all = choice.cities.map((one) => one[at]); return { min: Math.min(...all) - 0.5, max: Math.max(...all) + (at === 1 ? 1 : 0.5) }; };
    const cities = { name: "", type: "scatter", symbolSize: 1, silent: true, z: 5, label: { show: true, color: theme.ink, fontSize: 11, fontWeight: 600, formatter: (one) => one.data.name },
      data: [...choice.cities, ...(nodes.some((node) => !known.has(node[3])) ? [abroad()] : [])].map(([name, x, y]) => ({ name: tiexi.safe(name), value: [x, y - 0.3] })) };
    return { animation: false, textStyle: text, grid: { left: 10, right: 10, top: 34, bottom: 10 },
      legend: { type: "scroll", top: 2, textStyle: { ...text, fontSize: 11 }, data: [...groups, ...layers.map((one) => words().layers[one] ?? one)] },
      xAxis: { type: "value", show: false, ...bounds(1) }, yAxis: { type: "value", show: false, ...bounds(2) },
      tooltip: { confine: true, backgroundColor: theme.paper, borderColor: theme.faint, textStyle: text, formatter: (one) => tiexi.tip(one.name, one.seriesType === "scatter" ? [[one.color, industries.get(one.seriesName) ?? one.seriesName, `${number(one.value[2])} ${words().persons}`]] : []) },
      series: [...layers.map((layer, at) => ({ name: words().layers[layer] ?? layer, type: "lines", coordinateSystem: "cartesian2d", z: 1,
        lineStyle: { color: layer === "supply" ? theme.faint : theme.colours[at % 8], opacity: layer === "supply" ? 0.9 : 0.6, width: layer === "supply" ? 0.8 : 1.4, curveness: 0.1 },
        data: edges.filter((edge) => edge[2] === layer).map((edge) => ({ name: `${nodes[edge[0]][1]} – ${nodes[edge[1]][1]}`, coords: [places[edge[0]], places[edge[1]]] })) })),
      ...groups.map((group, at) => ({ name: group, type: "scatter", z: 3, itemStyle: { color: theme.colours[at % 8], opacity: 0.85 },
        symbol: ["circle", "diamond", "triangle"][Math.floor(at / 8) % 3], symbolSize: (value) => 5 + 24 * Math.sqrt(value[2] / most),
        data: nodes.flatMap((node, place) => (node[2] === group ? [{ name: node[1], value: [...places[place], node[4]] }] : [])) })), cities] };
  };

  const drawAll = () => {
    for (const id of Object.keys(CHARTS)) plots[id].chart.setOption(lines(id), true);
    if (network) plots.network.chart.setOption(web(), true);
    else plots.network.chart.clear();
  };

  let waiting = false;
  // However fast ticks come, the page is drawn once a frame.
  const later = () => { if (!waiting) { waiting = true; requestAnimationFrame(() => { waiting = false; show(); }); } };

  // ---------------------------------------------------------------------------------------- the page

  const shown = (id, value) => (id === "path" ? words().paths[value] : id === "reform" ? words().reforms[value] : number(value));

  const panel = () => {
    const box = parts.panel;
    box.replaceChildren();
    const label = (text, field, said) => { const one = element("label", "", text); if (said) one.append(said); one.append(field); box.append(one); return field; };
    const pick = element("select");
    pick.id = "scenario";
    choices.forEach((one) => { const option = element("option", "", one.title || one.file); option.value = one.file; pick.append(option); });
    pick.value = choice.file;
    pick.addEventListener("change", () => { choice = choices.find((one) => one.file === pick.value); parts.seed.value = choice.seed; setLevers(); panel(); show(); });
    label(words().scenario, pick);
    box.append(element("div", "hint", choice.description));
    if (choice.firms > 2000) box.append(element("div", "", words().slow));
    label(words().seed, parts.seed);
    for (const lever of choice.levers) {
      const said = element("output", "", shown(lever.id, Number(levers[lever.id].value)));
      levers[lever.id].oninput = () => { said.textContent = shown(lever.id, Number(levers[lever.id].value)); };
      label(words()[lever.id] ?? lever.id, levers[lever.id], said).parentElement.title = words().hints[lever.id] ?? "";
    }
    label(words().speed, parts.speed);
    const buttons = element("div", "buttons");
    parts.buttons = {};
    for (const [name, act] of Object.entries({ run: start, pause, step, apply: steer, pin, unpin, share })) {
      const one = element("button", ["run", "apply"].includes(name) ? "main" : "", words()[name]);
      one.type = "button";
      one.id = name;
      one.addEventListener("click", act);
      parts.buttons[name] = one;
      buttons.append(one);
    }
    box.append(buttons, parts.problem, parts.ticker);
  };

  const setLevers = () => {
    for (const id of Object.keys(levers)) delete levers[id];
    for (const lever of choice.levers) {
      const field = element("input");
      Object.assign(field, { type: "range", id: lever.id, min: lever.low, max: lever.high, step: lever.step });
      field.value = lever.start;
      levers[lever.id] = field;
    }
  };

  const show = () => {
    const now = rows.at(-1);
    const stage = now ? ` · ${now.date} · ${words().stage}: ${words().stages[now.stage] ?? now.stage}` : "";
    parts.status.textContent = `${words()[status]}${stage}`;
    parts.problem.textContent = problem;
    const { buttons } = parts;
    const going = status === "running" || status === "waiting";
    buttons.run.textContent = status === "ready" ? words().run : words().again;
    buttons.pause.textContent = status === "waiting" ? words().resume : words().pause;
    for (const name of ["pause", "step", "apply"]) buttons[name].disabled = !going;
    buttons.pin.disabled = rows.length === 0;
    buttons.unpin.disabled = pinned.length === 0;
    buttons.share.disabled = status === "ready";
    parts.ticker.replaceChildren(...told.slice(0, 60).map((one) => {
      const name = one.key === "stage" ? words().stages[one.value] ?? one.value : one.value;
      const filled = { name, size: number(one.size ?? 0) };
      const text = words().events[one.key].replace(/\{(name|size)\}/g, (_, part) => filled[part]);
      return element("li", "", `${one.date}  ${text}`);
    }));
    drawAll();
  };

  const build = () => {
    const main = document.getElementById("page");
    main.className = "live";
    main.replaceChildren();
    document.documentElement.lang = language;
    const bar = element("div", "bar");
    parts.status = element("span", "status");
    const other = element("button", "", words().other);
    other.type = "button";
    other.id = "language";
    other.addEventListener("click", () => { language = language === "en" ? "zh" : "en"; build(); });
    bar.append(element("h1", "", words().name), parts.status, other);
    parts.panel = element("div", "panel");
    const charts = element("div", "charts");
    for (const id of ["level", "network", ...Object.keys(CHARTS).slice(1)]) {
      const figure = element("figure", id === "network" ? "large" : "");
      figure.id = `chart-${id}`;
      const host = element("div", "plot");
      figure.append(element("h3", "", words().charts[id]), element("div", "hint", words().units[id]), host);
      charts.append(figure);
      plots[id]?.chart.dispose();
      plots[id] = { host };
    }
    main.append(bar, parts.panel, charts);
    for (const plot of Object.values(plots)) plot.chart = echarts.init(plot.host, null, { renderer: "svg" });
    panel();
    show();
  };

  parts.seed = element("input");
  Object.assign(parts.seed, { type: "number", id: "seed", min: 0, step: 1, value: choice.seed });
  parts.speed = element("input");
  Object.assign(parts.speed, { type: "range", id: "speed", min: 0, max: 100, value: 80 });
  parts.speed.addEventListener("change", () => { if (status !== "ready") ask("/control", { action: "pace", delay: delay() }); });
  parts.problem = element("div", "message");
  parts.ticker = element("ul", "ticker");
  setLevers();
  build();
  media.addEventListener("change", show);
  window.addEventListener("resize", () => Object.values(plots).forEach((plot) => plot.chart.resize()));
  return { rows: () => rows, pinned, status: () => status, network: () => network, choices };
})();
