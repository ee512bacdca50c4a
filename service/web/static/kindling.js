// Comfort only: every page works without this file.
(function () {
  "use strict";

  // Light or dark, remembered in this browser.
  document.querySelectorAll(".theme-switch").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var root = document.documentElement;
      var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
      root.setAttribute("data-bs-theme", next);
      try { localStorage.setItem("kindling-theme", next); } catch (e) { /* a private window forgets */ }
    });
  });

  // One group of the navigation is open at a time; Escape and a click elsewhere close it.
  var groups = document.querySelectorAll(".nav-group");
  function closeGroups(but) {
    groups.forEach(function (group) { if (group !== but) group.open = false; });
  }
  groups.forEach(function (group) {
    group.addEventListener("toggle", function () { if (group.open) closeGroups(group); });
    group.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      group.open = false;
      group.querySelector("summary").focus();
    });
  });
  document.addEventListener("click", function (event) {
    if (!event.target.closest(".nav-group")) closeGroups(null);
  });

  // After a refused form: to the list of what is to be mended.
  var errors = document.getElementById("form-errors");
  if (errors) errors.focus();

  // Nothing typed is lost by a wrong click.
  var changed = false;
  document.querySelectorAll("form.kindling-form[method=post]").forEach(function (form) {
    form.addEventListener("input", function () { changed = true; });
    form.addEventListener("submit", function () { changed = false; });
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed) event.preventDefault();
  });

  // A value that is shown once is copied with one click.
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var target = document.getElementById(button.getAttribute("data-copy"));
      navigator.clipboard.writeText(target.textContent.trim());
      button.textContent = "Copied";
    });
  });
})();
