// Charts of the use of the interface and of burdens, drawn from the figures that stand in the page; the tables beside them say the same.
(() => {
  "use strict";
  const source = document.getElementById("cn-figures");
  if (!source || !window.echarts) return;

  const figures = JSON.parse(source.textContent);
  const style = getComputedStyle(document.body);
  const ink = style.color;
  const line = "rgba(128, 128, 128, .35)";
  const text = { color: ink, fontFamily: style.fontFamily, fontSize: 13 };
  // Told apart by lightness too.
  const colours = ["#1f5aa6", "#e08a1e", "#2e8b57", "#8e4fb0", "#c0392b", "#3aa6b9", "#7a6a53", "#9aa3ad"];
  const short = (value) => new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" }).format(value);
  const narrow = () => window.innerWidth < 600;

  const stacked = (what) => ({
    color: colours,
    grid: { left: 4, right: 12, top: 16, bottom: narrow() ? 72 : 56, containLabel: true },
    legend: { type: "scroll", bottom: 0, textStyle: text, icon: "rect", itemWidth: 12, itemHeight: 12 },
    tooltip: { trigger: "axis", confine: true, axisPointer: { type: "shadow" } },
    xAxis: { type: "category", data: figures.days, axisTick: { show: false }, axisLabel: { color: ink },
      axisLine: { lineStyle: { color: line } } },
    yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: line } },
      axisLabel: { color: ink, formatter: short } },
    series: figures.callers.map((one) => ({ name: one.name, type: "bar", stack: "all", barMaxWidth: 22, data: one[what] })),
  });
  const lying = (rows, value, more) => ({
    color: colours,
    grid: { left: 4, right: 48, top: 20, bottom: 4, containLabel: true },
    tooltip: { confine: true },
    xAxis: { type: "value", show: false, ...more.axis },
    yAxis: { type: "category", inverse: true, data: rows.map((one) => one.name), axisTick: { show: false },
      axisLine: { lineStyle: { color: line } },
      axisLabel: { color: ink, width: narrow() ? 120 : 260, overflow: "truncate" } },
    series: [{ type: "bar", barMaxWidth: 18, data: rows.map(value), label: { show: true, position: "right", color: ink,
      formatter: more.label }, markLine: more.mark }],
  });

  const told = {
    requests: () => figures.callers.map((one) => [one.name, one.requests.reduce((sum, now) => sum + now, 0)]),
    cost: () => figures.callers.map((one) => [one.name, one.cost.reduce((sum, now) => sum + now, 0)]),
    budgets: () => figures.budgets.map((one) => [one.name, `${one.percent} %`]),
    refused: () => figures.refused.map((one) => [one.name, one.times]),
    minutes: () => figures.minutes.map((one) => [one.name, one.minutes]),
  };
  const options = {
    requests: () => stacked("requests"),
    cost: () => stacked("cost"),
    budgets: (place) => lying(figures.budgets,
      (one) => ({ value: one.percent, itemStyle: one.percent >= 90 ? { color: colours[4] } : {},
        // Else it would stand across the line.
        label: one.percent >= 85 ? { position: "insideRight", color: "#fff" } : {} }), {
        axis: { min: 0, max: (range) => Math.max(100, range.max) },
        label: "{c} %",
        mark: { silent: true, symbol: "none", data: [{ xAxis: 100 }], lineStyle: { color: ink, type: "dashed" },
          label: { formatter: place.dataset.limit, color: ink, position: "end" } },
      }),
    refused: () => lying(figures.refused, (one) => one.times, { label: "{c}" }),
    minutes: () => lying(figures.minutes, (one) => one.minutes, { label: "{c}" }),
  };

  for (const place of document.querySelectorAll("[data-chart]")) {
    const name = place.dataset.chart;
    if (place.dataset.lines) place.style.height = `${Number(place.dataset.lines) * 36 + 48}px`;
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    const draw = () => chart.setOption({ textStyle: text, animation: false, ...options[name](place) }, true);
    draw();
    place.setAttribute("aria-label",
      `${place.getAttribute("aria-label")}: ${told[name]().map(([label, value]) => `${label} ${value}`).join(", ")}`);
    window.addEventListener("resize", () => { chart.resize(); draw(); });
  }
})();
