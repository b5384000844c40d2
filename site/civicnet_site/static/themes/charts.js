// Publication in numbers: one GraphQL request to our own host, three charts, and the same figures as tables.
(() => {
  "use strict";
  const row = document.querySelector(".figures-row");
  if (!row || !window.echarts) return;

  const QUERY = `query Figures($site: String) {
    publicityColumns(site: $site) { title kind articleCount }
    publicityWeeks(site: $site, weeks: 12) { monday articleCount }
  }`;
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const ink = token("--ink"), muted = token("--muted"), line = token("--line"), accent = token("--accent");
  const text = { color: ink, fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 };

  const tableOf = (figure, rows) => {
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const label of [figure.dataset.head, row.dataset.unit]) {
      const cell = head.appendChild(document.createElement("th"));
      cell.scope = "col";
      cell.textContent = label;
    }
    const body = table.createTBody();
    for (const [label, value] of rows) {
      const entry = body.insertRow();
      const name = entry.appendChild(document.createElement("th"));
      name.scope = "row";
      name.textContent = label;
      entry.insertCell().textContent = value;
    }
    figure.querySelector("details").append(table);
  };

  const bars = (rows, lying) => {
    const names = { type: "category", data: rows.map(([label]) => label), axisTick: { show: false },
      axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink, fontSize: 13 }, inverse: lying };
    const counts = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: line } }, axisLabel: { color: muted } };
    return {
      grid: { left: 4, right: 32, top: 16, bottom: 8, containLabel: true },
      xAxis: lying ? { ...counts, show: false } : names,
      yAxis: lying ? names : counts,
      series: [{ type: "bar", data: rows.map(([, value]) => value), itemStyle: { color: accent }, barMaxWidth: 18,
        label: { show: lying, position: "right", color: ink } }],
    };
  };
  const ring = (rows) => ({
    legend: { bottom: 0, textStyle: text, icon: "rect", itemWidth: 12, itemHeight: 12 },
    series: [{ type: "pie", radius: ["42%", "66%"], center: ["50%", "42%"], label: { formatter: "{c}", color: ink },
      itemStyle: { borderColor: "#fff", borderWidth: 2 },
      data: rows.map(([name, value], index) => ({ name, value, itemStyle: { opacity: 1 - index * 0.22 } })) }],
    color: [accent],
  });

  const draw = (name, rows, option) => {
    const figure = row.querySelector(`[data-chart="${name}"]`);
    const place = figure.querySelector(".chart");
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption({ textStyle: text, animation: false, tooltip: {}, ...option });
    place.setAttribute("aria-label",
      `${place.getAttribute("aria-label")}: ${rows.map(([label, value]) => `${label} ${value}`).join(", ")}`);
    window.addEventListener("resize", () => chart.resize());
    tableOf(figure, rows);
  };

  const show = ({ publicityColumns: columns, publicityWeeks: weeks }) => {
    const byColumn = columns.map((one) => [one.title, one.articleCount]);
    const byWeek = weeks.map((one) => [one.monday.slice(5), one.articleCount]);
    const labels = row.querySelector('[data-chart="kinds"]').dataset;
    const kinds = new Map();
    for (const one of columns) {
      const label = labels[`kind${one.kind[0]}${one.kind.slice(1).toLowerCase()}`];
      kinds.set(label, (kinds.get(label) ?? 0) + one.articleCount);
    }
    const byKind = [...kinds].sort((a, b) => b[1] - a[1]);
    draw("columns", byColumn, bars(byColumn, true));
    draw("weeks", byWeek, bars(byWeek, false));
    draw("kinds", byKind, ring(byKind));
  };

  fetch(row.dataset.endpoint, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ query: QUERY, variables: { site: row.dataset.site } }),
  })
    .then((response) => response.json())
    .then((answer) => {
      if (answer.errors) throw new Error(answer.errors[0].message);
      show(answer.data);
    })
    .catch(() => { row.textContent = row.dataset.failed; });
})();
