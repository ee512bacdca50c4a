// Before the first paint: the chosen look, or the system's.
(function () {
  "use strict";
  var chosen = null;
  try { chosen = localStorage.getItem("kindling-theme"); } catch (e) { chosen = null; }
  var dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
})();
