// Shows how far an import is without reloading the page; without this file the page reloads itself.
(function () {
  "use strict";
  var panel = document.querySelector("[data-import]");
  if (!panel) return;
  var step = panel.querySelector("[data-step]");
  var percent = panel.querySelector("[data-percent]");
  var bar = panel.querySelector("progress");

  function look() {
    fetch(panel.getAttribute("data-import"), {headers: {Accept: "application/json"}})
      .then(function (answer) {
        if (!answer.ok) throw new Error("not now");
        return answer.json();
      })
      .then(function (shown) {
        var job = shown.job;
        if (!job || (job.state !== "queued" && job.state !== "running")) {
          window.location.replace(window.location.pathname);
          return;
        }
        if (job.step) step.textContent = job.step;
        percent.textContent = job.percent;
        bar.value = job.percent;
        setTimeout(look, 700);
      })
      .catch(function () { setTimeout(look, 3000); });
  }
  setTimeout(look, 400);
})();
