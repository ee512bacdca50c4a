// Comfort of the expenditure form: what is left to allocate, as one types, and of each row only what its choice needs. The
// page works without it.
(function () {
  "use strict";
  var box = document.querySelector("[data-allocations]");
  var left = document.querySelector("[data-left]");
  var form = box && box.closest("form");
  var total = form && form.querySelector("[name=amount]");
  if (!box || !left) return;

  // In ten-thousandths, which hold the decimals of every currency, from "1,250.00" or "1 250"; null for an empty field, NaN for
  // what is no number.
  var kOne = 10000, kWhole = 100 * kOne;
  var decimals = 0;  // the most that were typed: so many are shown
  function number(text) {
    var plain = text.replace(/[,\s]/g, "");
    if (plain === "") return null;
    var parts = /^\d+(?:\.(\d{1,4}))?$/.exec(plain);
    if (!parts) return NaN;
    decimals = Math.max(decimals, (parts[1] || "").length);
    return Math.round(parseFloat(plain) * kOne);
  }
  function shown(value) {
    return (value / kOne).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  }
  function tell(text, bad) {
    left.hidden = text === "";
    left.textContent = text;
    left.classList.toggle("over", bad);
  }

  function sum() {
    decimals = 0;
    var cost = total ? number(total.value) : null;  // a staff cost follows from its days
    var amounts = 0, shares = 0, byAmount = false, byShare = false, rest = false;
    box.querySelectorAll(".allocation-row").forEach(function (row) {
      var amount = number(row.querySelector("[name$='.amount']").value);
      var share = number(row.querySelector("[name$='.share']").value);
      if (amount !== null) { byAmount = true; amounts += amount; }
      if (share !== null) { byShare = true; shares += share; }
      if (amount === null && share === null && row.querySelector("select").value !== "") rest = true;
    });
    if (byAmount && byShare) return tell("Use amounts or percentages, not both.", true);
    if (byShare) {
      if (shares > kWhole) return tell("The shares come to " + shown(shares) + " %.", true);
      return tell(rest || shares === kWhole ? "" : shown(kWhole - shares) + " % is left to allocate.", false);
    }
    if (cost === null || isNaN(cost) || isNaN(amounts) || (!byAmount && !rest)) return tell("", false);
    if (amounts > cost) return tell("The parts are " + shown(amounts - cost) + " more than the cost.", true);
    var open = cost - amounts;
    tell(open === 0 ? "All is allocated." : rest ? shown(open) + " goes to the row without an amount."
      : shown(open) + " is left to allocate.", false);
  }

  // Category, partner and reason belong to match and to what is not eligible; the choices are those of the row's grant. What
  // was typed is never hidden.
  function place(row) {
    var target = row.querySelector("[name$='.target']").value.split(":");
    var fold = row.querySelector("[data-place]");
    var applies = target[0] === "match" || target[0] === "ineligible";
    if (applies) {
      fold.querySelectorAll("[data-of-grant]").forEach(function (choice) {
        choice.querySelectorAll("optgroup").forEach(function (group) {
          var own = group.dataset.grant === target[1];
          if (!own && group.contains(choice.selectedOptions[0])) choice.value = "";
          group.hidden = group.disabled = !own;
        });
      });
    }
    var said = Array.prototype.some.call(fold.querySelectorAll("select, input"), function (field) { return field.value !== ""; });
    fold.hidden = !applies && !said;
    fold.open = applies || said;
  }
  function places() { box.querySelectorAll(".allocation-row").forEach(place); }

  form.addEventListener("input", sum);
  form.addEventListener("change", function (event) {
    sum();
    if (event.target.name && /\.target$/.test(event.target.name)) places();
  });
  sum();
  places();
})();
