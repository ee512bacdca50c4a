// Draws what the tables say. Without this the tables stand alone.
"use strict";
(() => {
  if (typeof Chart === "undefined") return;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() ||
    getComputedStyle(document.body).getPropertyValue(name).trim();
  const number = (cell) => (cell && cell.dataset.value !== "" ? Number(cell.dataset.value) : null);
  const palette = () => [colour("--k-muted"), colour("--k-action"), colour("--k-good")];

  // A group of bars a row: planned, spent, committed.
  const ofCut = (table) => {
    const rows = [...table.tBodies[0].rows];
    const names = ["Planned", "Spent", "Committed"];
    return {
      type: "bar",
      data: {
        labels: rows.map((row) => row.cells[0].dataset.short),
        datasets: names.map((label, i) => ({
          label, data: rows.map((row) => number(row.cells[i + 1])), backgroundColor: palette()[i],
        })),
      },
    };
  };

  // A line a series; what is not known yet ends it.
  const ofMonths = (table) => {
    const rows = [...table.tBodies[0].rows];
    const names = ["Planned to date", "Spent to date", "Committed"];
    return {
      type: "line",
      data: {
        labels: rows.map((row) => row.cells[0].textContent),
        datasets: names.map((label, i) => ({
          label, data: rows.map((row) => number(row.querySelector(`[data-series="${label}"]`))),
          borderColor: palette()[i], backgroundColor: palette()[i], borderDash: i === 0 ? [6, 4] : [], pointRadius: 2,
        })),
      },
    };
  };

  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    const table = document.getElementById(figure.dataset.table);
    if (!table || table.tBodies[0].rows.length === 0) continue;
    const chart = figure.dataset.chart === "cut" ? ofCut(table) : ofMonths(table);
    const ink = colour("--k-ink"), rule = colour("--k-rule");
    figure.hidden = false;
    new Chart(figure.querySelector("canvas"), {
      ...chart,
      options: {
        animation: false,
        maintainAspectRatio: false,
        color: ink,
        scales: {
          x: { ticks: { color: ink }, grid: { color: rule } },
          y: { beginAtZero: true, ticks: { color: ink }, grid: { color: rule } },
        },
        plugins: { legend: { labels: { color: ink } } },
      },
    });
  }
})();
