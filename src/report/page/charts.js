// Draws the charts of a page with Apache ECharts. A chart says what it shows: its table, which column
// runs along x, which are drawn, and by which column it splits or can be filtered. Every text comes
// from data and is only ever set as text.
"use strict";
const tiexi = (() => {
  // Okabe and Ito (2008) with two more colours for paper, and two others for a dark ground: told apart with every
  // common form of colour blindness, which a test measures.
  const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#5B1FA8", "#4D4D4D"];
  const DARK = ["#4477FF", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#FFFFFF"];
  const DASHES = ["solid", "dashed", "dotted"];
  const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "arrow"];
  const TONES = { none: "rgba(128,128,128,0.05)", factor: "rgba(0,114,178,0.16)",
    value_chain: "rgba(230,159,0,0.18)", structure: "rgba(0,158,115,0.18)" };

  const element = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const number = (value) => {
    if (typeof value !== "number" || !Number.isFinite(value)) return String(value ?? "");
    const size = Math.abs(value);
    if (value === 0) return "0";
    if (size >= 1e6 || size < 1e-3) return value.toExponential(2);
    return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
  };

  // A column as an array of numbers or words.
  const column = (data, name) => {
    const found = data.columns.find((one) => one.name === name);
    if (!found) throw new Error(`no column ${name}`);
    return found.words ? found.values.map((code) => found.words[code]) : found.values;
  };
  // The chart library keeps texts as keys of plain objects; this one would change all objects. The mark
  // before it has no width.
  const safe = (value) => (value === "__proto__" ? "\u200b__proto__" : value);
  // The same column as it is handed to the chart library.
  const shown = (data, name) => column(data, name).map(safe);
  // Names are written with underscores in files, and with blanks for people.
  const spoken = (text) => String(text).replace(/([a-z0-9])_(?=[a-z0-9])/gi, "$1 ");
  const unit = (data, name) => data.columns.find((one) => one.name === name)?.unit ?? "";
  const distinct = (values) => [...new Set(values)];

  // Rows that the controls leave, as indices.
  const chosen = (data, picks, state) => {
    const columns = picks.map((pick) => column(data, pick.field));
    const rows = [];
    for (let row = 0; row < data.columns[0].values.length; row += 1) {
      if (picks.every((pick, at) => String(columns[at][row]) === String(state[pick.field]))) rows.push(row);
    }
    return rows;
  };

  const palette = (dark) => ({
    ink: dark ? "#e8e6e1" : "#222", faint: dark ? "#55585e" : "#d7d7d7",
    paper: dark ? "#1d1f23" : "#ffffff", colours: dark ? DARK : COLOURS,
  });

  // Half of a colour on a ground, on which text can be read.
  const mixed = (colour, ground) => {
    const part = (hex, at) => parseInt(hex.slice(at, at + 2), 16);
    return `rgb(${[1, 3, 5].map((at) => Math.round((part(colour, at) + part(ground, at)) / 2)).join(",")})`;
  };

  const tip = (title, lines) => {
    const box = element("div");
    box.append(element("b", "", title));
    for (const [colour, label, text] of lines) {
      const line = element("div");
      const dot = element("span", "dot");
      dot.style.cssText = `display:inline-block;width:9px;height:9px;border-radius:5px;margin-right:6px;background:${colour}`;
      line.append(dot, element("span", "", `${label}: ${text}`));
      box.append(line);
    }
    return box;
  };

  const base = (chart, theme) => ({
    color: theme.colours, backgroundColor: "transparent", animation: false,
    textStyle: { color: theme.ink, fontFamily: "system-ui, 'Noto Sans CJK SC', sans-serif", fontSize: 12 },
    aria: { enabled: true, label: { description: `${chart.title}. ${chart.about}` } },
    grid: { left: 76, right: 24, top: 52, bottom: chart.xname ? 48 : 30 },
    legend: { type: "scroll", top: 6, textStyle: { color: theme.ink }, pageTextStyle: { color: theme.ink } },
    tooltip: { trigger: "axis", confine: true, backgroundColor: theme.paper, borderColor: theme.faint,
      textStyle: { color: theme.ink, fontSize: 12 } },
  });

  // A long name in two lines.
  const broken = (name) => {
    if (name.length <= 36) return name;
    const at = name.indexOf(" ", Math.floor(name.length / 2) - 4);
    return at < 0 ? name : `${name.slice(0, at)}\n${name.slice(at + 1)}`;
  };
  const axis = (theme, name, more) => ({
    name: broken(name), nameLocation: "middle", nameGap: 30, nameTextStyle: { color: theme.ink }, nameTruncate: { maxWidth: 290 },
    axisLine: { lineStyle: { color: theme.faint } }, axisLabel: { color: theme.ink, hideOverlap: true },
    splitLine: { lineStyle: { color: theme.faint, opacity: 0.6 } }, ...more,
  });

  const valueAxis = (chart, theme) => axis(theme, chart.yname, {
    type: chart.ylog ? "log" : "value", nameGap: 56,
    scale: !chart.from_zero && chart.y.every((one) => one.style !== "area" && one.style !== "bar"),
    axisLabel: { color: theme.ink, formatter: (value) => number(value) },
  });

  const references = (chart, theme) => chart.references.length === 0 ? undefined : {
    silent: true, symbol: "none", lineStyle: { color: theme.ink, type: "dashed", width: 1 },
    label: { color: theme.ink, position: "insideEndTop", formatter: (one) => one.name },
    data: chart.references.map((one) => ({ name: one.label, [`${one.axis}Axis`]: one.at })),
  };

  const shaded = (chart, theme) => chart.bands.length === 0 ? undefined : {
    silent: true, label: { color: theme.ink, fontSize: 10, position: "insideTop" },
    data: chart.bands.map((band) => [
      { name: band.label, xAxis: band.from, itemStyle: { color: TONES[band.tone] ?? TONES.none } }, { xAxis: band.to },
    ]),
  };

  // One series for each drawn column and each group.
  const groups = (chart, rows) => {
    if (!chart.by) return [["", rows]];
    const by = shown(chart.data, chart.by);
    return distinct(rows.map((row) => by[row])).map((name) => [spoken(name), rows.filter((row) => by[row] === name)]);
  };

  const band = (name, group, low, high, colour, xs) => {
    const at = (row) => xs.indexOf(row.x);
    const lows = xs.map(() => null);
    const widths = xs.map(() => null);
    group.forEach((row) => { lows[at(row)] = row.low; widths[at(row)] = row.high - row.low; });
    const common = { type: "line", stack: `band ${name}`, stackStrategy: "all", symbol: "none", silent: true, lineStyle: { opacity: 0 },
      tooltip: { show: false }, z: 1 };
    return [{ ...common, id: `${name} low`, data: lows },
      { ...common, id: `${name} high`, data: widths, areaStyle: { color: colour, opacity: 0.2 } }];
  };

  const lines = (chart, rows, theme) => {
    const option = base(chart, theme);
    const { data } = chart;
    const along = shown(data, chart.x);
    const xs = distinct(rows.map((row) => along[row]));
    const place = new Map(xs.map((value, at) => [value, at]));
    const series = [];
    let count = 0;
    for (const [group, members] of groups(chart, rows)) {
      for (const measure of chart.y) {
        const values = shown(data, measure.field);
        const name = [group, chart.y.length > 1 || !group ? measure.label : ""].filter(Boolean).join(" · ");
        const colour = theme.colours[count % theme.colours.length];
        const dense = xs.map(() => null);
        members.forEach((row) => { dense[place.get(along[row])] = values[row]; });
        const style = measure.style;
        const one = { name, data: dense, symbol: SYMBOLS[count % SYMBOLS.length], symbolSize: xs.length > 30 ? 0 : 6,
          showSymbol: xs.length <= 30, itemStyle: { color: colour }, connectNulls: false, z: 3 };
        if (style === "bar") Object.assign(one, { type: "bar", stack: chart.kind === "stack" ? "all" : undefined });
        else Object.assign(one, { type: "line",
          lineStyle: { color: style === "total" ? theme.ink : colour, width: style === "area" ? 1 : 2,
            type: style === "dash" ? "dashed" : DASHES[Math.floor(count / theme.colours.length) % DASHES.length] } });
        if (style === "total") one.itemStyle = { color: theme.ink };
        if (style === "area") Object.assign(one, { stack: "all", areaStyle: { color: colour, opacity: 0.75 } });
        if (series.length === 0) Object.assign(one, { markLine: references(chart, theme), markArea: shaded(chart, theme) });
        series.push(one);
        if (measure.low) {
          const [low, high] = [shown(data, measure.low), shown(data, measure.high)];
          const spans = members.map((row) => ({ x: along[row], low: low[row], high: high[row] }));
          series.push(...band(name, spans, measure.low, measure.high, colour, xs));
        }
        count += 1;
      }
    }
    option.legend.data = series.filter((one) => one.name).map((one) => one.name);
    option.xAxis = axis(theme, chart.xname, { type: "category", data: xs.map(String), boundaryGap: chart.y.some((one) => one.style === "bar") });
    option.yAxis = valueAxis(chart, theme);
    option.tooltip.formatter = (points) => {
      const shown = points.filter((one) => one.seriesName && !one.seriesId.endsWith(" low") && !one.seriesId.endsWith(" high"));
      return tip(points[0]?.name ?? "", shown.map((one) => [one.color, one.seriesName, `${number(one.value)} ${chart.unit}`]));
    };
    option.series = series;
    if (xs.length > 60) option.dataZoom = [{ type: "inside" }];
    return option;
  };

  // Values of named things with their intervals, the longest first or in the order given.
  const intervals = (chart, rows, theme) => {
    const option = base(chart, theme);
    const { data } = chart;
    const [names, measure] = [shown(data, chart.x), chart.y[0]];
    const [values, lows, highs] = [measure.field, measure.low, measure.high].map((name) => shown(data, name));
    const by = chart.by ? shown(data, chart.by) : null;
    const labels = distinct(rows.map((row) => names[row])).reverse();
    const kinds = by ? distinct(rows.map((row) => by[row])) : [measure.label];
    option.grid.left = 12;
    option.grid.containLabel = true;
    option.xAxis = axis(theme, chart.yname, { type: "value", axisLabel: { color: theme.ink, formatter: number, hideOverlap: true } });
    option.yAxis = axis(theme, "", { type: "category", data: labels, axisLabel: { color: theme.ink, width: 220, overflow: "truncate" } });
    option.tooltip.trigger = "item";
    option.series = [];
    kinds.forEach((kind, at) => {
      const members = rows.filter((row) => !by || by[row] === kind);
      const shift = (at - (kinds.length - 1) / 2) * 9;
      const points = members.map((row) => [values[row], labels.indexOf(names[row]), lows[row], highs[row]]);
      const colour = theme.colours[at % theme.colours.length];
      option.series.push({ name: kind, type: "custom", itemStyle: { color: colour }, data: points, encode: { x: [0, 2, 3], y: 1 },
        renderItem: (_, api) => {
          const [low, high, middle] = [2, 3, 0].map((dim) => api.coord([api.value(dim), api.value(1)]));
          const y = middle[1] + shift;
          const stroke = { stroke: colour, lineWidth: 2 };
          const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: stroke });
          return { type: "group", children: [line(low[0], y, high[0], y), line(low[0], y - 4, low[0], y + 4),
            line(high[0], y - 4, high[0], y + 4), { type: "circle", shape: { cx: middle[0], cy: y, r: 4 }, style: { fill: colour } }] };
        },
        markLine: at === 0 ? { silent: true, symbol: "none", data: [{ xAxis: 0 }], label: { show: false }, lineStyle: { color: theme.ink, type: "dotted" } } : undefined });
    });
    option.tooltip.formatter = (one) => tip(labels[one.value[1]], [[one.color, one.seriesName,
      `${number(one.value[0])} (95 %: ${number(one.value[2])} .. ${number(one.value[3])}) ${chart.unit}`]]);
    option.height_hint = 110 + labels.length * Math.max(22, 11 * kinds.length);
    return option;
  };

  const points = (chart, rows, theme) => {
    const option = base(chart, theme);
    const { data } = chart;
    const along = shown(data, chart.x);
    option.xAxis = axis(theme, chart.xname, { type: chart.xlog ? "log" : "value", scale: true, axisLabel: { color: theme.ink, formatter: number, hideOverlap: true } });
    option.yAxis = valueAxis(chart, theme);
    option.tooltip.trigger = "item";
    option.series = [];
    let count = 0;
    for (const [group, members] of groups(chart, rows)) {
      for (const measure of chart.y) {
        const values = shown(data, measure.field);
        const name = [group, chart.y.length > 1 || !group ? measure.label : ""].filter(Boolean).join(" · ");
        const line = measure.style !== "dot";
        const sized = members.filter((row) => !chart.ylog || values[row] > 0);
        option.series.push({ name, type: line ? "line" : "scatter", showSymbol: !line, symbolSize: 6, symbol: SYMBOLS[count % SYMBOLS.length],
          lineStyle: { type: measure.style === "dash" ? "dashed" : "solid" }, large: sized.length > 3000,
          markLine: count === 0 ? references(chart, theme) : undefined, data: sized.map((row) => [along[row], values[row]]) });
        count += 1;
      }
    }
    option.tooltip.formatter = (one) => tip(one.seriesName, [[one.color, `${chart.xname} ${number(one.value[0])}`, `${number(one.value[1])} ${chart.unit}`]]);
    return option;
  };

  const heat = (chart, rows, theme) => {
    const option = base(chart, theme);
    const { data } = chart;
    const [across, up, kind, text] = [chart.x, chart.y[0].field, chart.by, chart.label].map((name) => shown(data, name));
    const [xs, ys, kinds] = [across, up, kind].map((values) => distinct(values));
    const longest = Math.max(...ys.map((name) => String(name).length), 1);
    option.grid = { left: 40, right: 24, top: 52, bottom: 40, containLabel: true };
    option.xAxis = axis(theme, chart.xname, { type: "category", data: xs.map(String) });
    option.yAxis = axis(theme, chart.yname, { type: "category", data: ys.map(String), nameGap: 18 + 7 * Math.min(longest, 24), axisLabel: { color: theme.ink, width: 168, overflow: "truncate" } });
    option.tooltip.trigger = "item";
    // Where no path helps there is no colour.
    const colours = kinds.map((name, at) => (name === "no path helps" ? theme.faint : mixed(theme.colours[at % theme.colours.length], theme.paper)));
    option.series = kinds.map((name, at) => ({ name, type: "heatmap", itemStyle: { color: colours[at], borderColor: theme.paper, borderWidth: 2 },
      label: { show: true, color: theme.ink, lineHeight: 17, formatter: (one) => one.data.text },
      data: rows.filter((row) => kind[row] === name).map((row) => ({ value: [xs.indexOf(across[row]), ys.indexOf(up[row]), 1], text: text[row] })) }));
    option.visualMap = kinds.map((_, at) => ({ show: false, seriesIndex: at, min: 0, max: 1, inRange: { color: [colours[at], colours[at]] } }));
    option.height_hint = 130 + 90 * ys.length;
    option.tooltip.formatter = (one) => tip(one.data.text, [[one.color, chart.xname, xs[one.value[0]]], [one.color, chart.yname, ys[one.value[1]]]]);
    return option;
  };

  // Cities (or anything with a place) as circles whose area is a value, and links between them.
  const places = (chart, rows, theme, state) => {
    const option = base(chart, theme);
    const { data } = chart;
    const [names, xs, ys, sizes] = [chart.x, "longitude", "latitude", chart.y[0].field].map((name) => shown(data, name));
    const kinds = chart.by ? shown(data, chart.by) : names.map(() => chart.y[0].label);
    const most = Math.max(...sizes.filter((size) => Number.isFinite(size)), 1e-12);
    // A degree of latitude is as long on the page as it is on earth, on a page of the usual width; the map
    // is wider than the region if need be.
    const [wide, high] = [820, 524];
    const ends = (values) => [Math.min(...values), Math.max(...values)];
    const [south, north] = ends(ys);
    const around = ([low, top], least) => { const half = Math.max((top - low) * 0.58, least / 2, 0.1); const middle = (low + top) / 2; return [middle - half, middle + half]; };
    const shrink = Math.cos(((south + north) / 2) * Math.PI / 180);
    let [west, east] = around(ends(xs), 0);
    const tall = around([south, north], ((east - west) * shrink * high) / wide);
    [west, east] = around(ends(xs), ((tall[1] - tall[0]) * wide) / high / shrink);
    const [between, degrees] = [([min, max]) => ({ min, max }), { formatter: (value) => value.toFixed(1), showMinLabel: false, showMaxLabel: false }];
    const where = new Map(rows.map((row) => [names[row], [xs[row], ys[row]]]));
    option.xAxis = axis(theme, "longitude", { type: "value", ...between([west, east]), axisLabel: { color: theme.ink, ...degrees } });
    option.yAxis = axis(theme, "latitude", { type: "value", ...between(tall), nameGap: 40, axisLabel: { color: theme.ink, ...degrees } });
    option.tooltip.trigger = "item";
    option.series = distinct(rows.map((row) => kinds[row])).map((kind, at) => ({ name: spoken(kind), type: "scatter", z: 3,
      itemStyle: { opacity: 0.75, color: theme.colours[at % theme.colours.length] }, symbol: SYMBOLS[Math.floor(at / theme.colours.length) % SYMBOLS.length],
      symbolSize: (value) => 3 + 44 * Math.sqrt(Math.max(value[2], 0) / most),
      label: { show: chart.labels, position: "right", color: theme.ink, formatter: (one) => one.data.name },
      labelLayout: { hideOverlap: true },
      data: rows.filter((row) => kinds[row] === kind).map((row) => ({ name: names[row], value: [xs[row], ys[row], sizes[row]] })) }));
    if (chart.links) {
      const left = chosen(chart.links, chart.pick.filter((pick) => chart.links.columns.some((one) => one.name === pick.field)), state);
      const [from, to, weight, layer] = ["from", "to", "weight", "kind"].map((name) => shown(chart.links, name));
      const top = Math.max(...left.map((row) => weight[row]), 1e-12);
      distinct(left.map((row) => layer[row])).forEach((kind, at) => option.series.push({ name: `links: ${kind}`, type: "lines", coordinateSystem: "cartesian2d", z: 2,
        lineStyle: { curveness: 0.12 + 0.1 * at, opacity: 0.55, color: theme.colours[(at + 4) % theme.colours.length] },
        data: left.filter((row) => layer[row] === kind && where.has(from[row]) && where.has(to[row])).map((row) => ({ name: `${from[row]} – ${to[row]}`, value: weight[row],
          coords: [where.get(from[row]), where.get(to[row])], lineStyle: { width: 0.5 + 7 * Math.sqrt(weight[row] / top) } })) }));
    }
    option.tooltip.formatter = (one) => tip(one.name, [[one.color, chart.y[0].label, `${number(Array.isArray(one.value) ? one.value[2] : one.data.value)} ${chart.unit}`]]);
    option.height_hint = 620;
    return option;
  };

  // What the chosen indicator is.
  const term = (chart, state) => (Object.hasOwn(chart.terms, state.indicator) ? chart.terms[state.indicator] : undefined);

  const DRAW = { lines, stack: lines, intervals, points, heat, places };
  const option = (chart, state, dark) => {
    const unit = term(chart, state)?.unit ?? "";
    const yname = [chart.yname, unit].filter(Boolean).join(", ");
    const named = { ...chart, unit: chart.unit || unit, xname: safe(chart.xname), yname: safe(yname), y: chart.y.map((one) => ({ ...one, label: safe(one.label) })) };
    return DRAW[chart.kind](named, chosen(chart.data, chart.pick, state), palette(dark), state);
  };

  // ---------------------------------------------------------------------------- files to take away

  const cell = (value) => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const csv = (data) => {
    const columns = data.columns.map((one) => column(data, one.name));
    const rows = [data.columns.map((one) => cell(one.name)).join(",")];
    for (let row = 0; row < columns[0].length; row += 1) rows.push(columns.map((values) => cell(values[row])).join(","));
    return `${rows.join("\n")}\n`;
  };

  const offscreen = (chart, state, renderer, pixelRatio, use) => {
    const host = element("div");
    host.style.cssText = "position:absolute;left:-9999px;width:900px";
    document.body.append(host);
    const chosenOption = option(chart, state, false);
    host.style.height = `${chosenOption.height_hint ?? 420}px`;
    const drawn = echarts.init(host, null, { renderer, devicePixelRatio: pixelRatio });
    chosenOption.title = { text: chart.title, left: 8, textStyle: { fontSize: 14, color: "#222" } };
    chosenOption.legend = { ...chosenOption.legend, top: 28 };
    chosenOption.grid = { ...chosenOption.grid, top: 74 };
    chosenOption.backgroundColor = "#ffffff";
    drawn.setOption(chosenOption);
    const result = use(drawn);
    drawn.dispose();
    host.remove();
    return result;
  };
  const svg = (chart, state) => offscreen(chart, state, "svg", 1, (drawn) => drawn.renderToSVGString());
  const png = (chart, state) => offscreen(chart, state, "canvas", 2, (drawn) => drawn.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: "#ffffff" }));

  const save = (name, content, type) => {
    const link = element("a");
    const isUrl = type === "image/png";
    link.href = isUrl ? content : URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    if (!isUrl) setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  return { element, number, column, safe, spoken, unit, distinct, term, option, csv, svg, png, save, palette, tip, COLOURS, TONES };
})();
