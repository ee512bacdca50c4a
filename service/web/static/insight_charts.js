// Draws what the tables of the sustainability page say: a column with data-series is a series, a row is a label. Without
// this the tables stand alone.
"use strict";
(() => {
  if (typeof Chart === "undefined") return;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() ||
    getComputedStyle(document.body).getPropertyValue(name).trim();
  const ink = colour("--k-ink"), rule = colour("--k-rule"), surface = colour("--k-surface");
  const palette = [colour("--k-action"), colour("--k-muted"), colour("--k-good"), "#8f7ad6", "#3b8ea5", "#c05a7a", "#6b8e23"];
  const short = (text) => (text.length > 24 ? text.slice(0, 23) + "…" : text);

  const seriesOf = (table) => [...table.tHead.rows[0].cells]
    .map((cell, index) => ({ label: cell.dataset.series, index }))
    .filter((series) => series.label)
    .map(({ label, index }, i) => ({
      label,
      data: [...table.tBodies[0].rows].map((row) => Number(row.cells[index].dataset.value)),
      colour: palette[i % palette.length],
    }));

  const axes = {
    x: { ticks: { color: ink }, grid: { color: rule } },
    y: { beginAtZero: true, ticks: { color: ink }, grid: { color: rule } },
  };

  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    const table = document.getElementById(figure.dataset.table);
    if (!table || table.tBodies[0].rows.length === 0) continue;
    const kind = figure.dataset.chart, series = seriesOf(table);
    const round = kind === "doughnut";
    // What the row is about, without a badge that stands beside it.
    const labels = [...table.tBodies[0].rows].map(({ cells: [head] }) => short(head.dataset.short || head.firstChild.textContent.trim()));
    figure.hidden = false;
    new Chart(figure.querySelector("canvas"), {
      type: kind,
      data: {
        labels,
        datasets: series.map((one) => ({
          label: one.label, data: one.data, borderColor: round ? surface : one.colour, pointRadius: 2,
          backgroundColor: round ? one.data.map((_, i) => palette[i % palette.length]) : one.colour,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        color: ink,
        scales: round ? {} : axes,
        plugins: { legend: { position: "bottom", labels: { color: ink } } },
      },
    });
  }
})();
