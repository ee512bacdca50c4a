// Comfort for the budget grid: sums as one types, pasting into any cell, arrow keys, copied and removed rows. The
// server computes and checks everything again; without this file the page has buttons for it.
(function () {
  "use strict";
  var form = document.querySelector(".budget-grid");
  if (!form) return;
  var body = form.querySelector("tbody");
  var digits = Number(form.dataset.digits);
  var base = form.dataset.base.split(" ");

  // Amounts are integers in minor units, as on the server; null where the text is no amount.
  function minor(text) {
    var plain = text.replace(/[\s\u00a0\u202f,']/g, "");
    var parts = /^(\d+)(?:\.(\d*))?$/.exec(plain);
    if (!parts || (parts[2] || "").length > digits) return null;
    return BigInt(parts[1] + (parts[2] || "").padEnd(digits, "0"));
  }
  function display(amount) {
    var negative = amount < 0n;
    var text = String(negative ? -amount : amount).padStart(digits + 1, "0");
    var whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ",");
    return (negative ? "-" : "") + whole + (digits ? "." + text.slice(-digits) : "");
  }
  function share(amount, basisPoints) {  // half away from zero; amounts are not negative here
    return (amount * BigInt(basisPoints) * 2n + 10000n) / 20000n;
  }
  function show(name, amount) {
    var cell = form.querySelector("[data-sum=" + name + "]");
    cell.textContent = display(amount);
    if (name === "room") cell.classList.toggle("over", amount < 0n);
  }
  function field(row, name) { return row.querySelector("[name$='." + name + "']"); }
  function lineRows() { return Array.from(body.querySelectorAll("tr:not(.row-error)")); }

  function sum() {
    var direct = 0n, inBase = 0n;
    lineRows().forEach(function (row) {
      var input = field(row, "amount");
      var amount = input.value.trim() === "" ? 0n : minor(input.value);
      input.classList.toggle("is-invalid", amount === null);
      if (amount === null) return;
      direct += amount;
      if (base.indexOf(field(row, "category").value) >= 0) inBase += amount;
    });
    var indirect = share(inBase, form.dataset.rateBp);
    var part = share(direct + indirect, form.dataset.fundingBp);
    show("direct", direct);
    show("indirect", indirect);
    show("total", direct + indirect);
    show("share", part);
    show("room", BigInt(form.dataset.maximumMinor) - part);
  }

  function nextKey() {
    return lineRows().reduce(function (most, row) {
      return Math.max(most, Number(field(row, "amount").name.split(".")[1]) + 1);
    }, 0);
  }
  function addRow(after) {
    var rows = lineRows();
    var model = rows[rows.length - 1];
    var key = nextKey();
    var row = model.cloneNode(true);
    row.id = "row-lines." + key;
    row.querySelectorAll("input, select").forEach(function (input) {
      input.name = input.name.replace(/^lines\.\d+\./, "lines." + key + ".");
      input.value = "";
      input.classList.remove("is-invalid");
    });
    body.insertBefore(row, after ? after.nextSibling : null);
    addTools(row);
    return row;
  }
  function button(label, sign, action) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm btn-link";
    made.textContent = sign;
    made.title = label;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", action);
    return made;
  }
  function addTools(row) {
    var cell = row.querySelector("[data-row-tools]");
    cell.textContent = "";
    cell.appendChild(button("Copy this row", "⧉", function () {
      var copy = addRow(row);
      ["work_package", "category", "partner", "starts_on", "ends_on", "description", "amount"].forEach(function (name) {
        field(copy, name).value = field(row, name).value;
      });
      field(copy, "description").focus();
      sum();
    }));
    cell.appendChild(button("Remove this row", "✕", function () {
      if (lineRows().length > 1) row.remove();
      sum();
    }));
  }

  // Up and down stay in the column; Enter goes down, and below the last row makes a new one.
  body.addEventListener("keydown", function (event) {
    var input = event.target;
    if (!input.name) return;
    var down = event.key === "ArrowDown" || event.key === "Enter";
    var up = event.key === "ArrowUp";
    if ((!down && !up) || ((input.tagName === "SELECT" || input.type === "date") && event.key !== "Enter")) return;
    event.preventDefault();
    var rows = lineRows();
    var at = rows.indexOf(input.closest("tr")) + (down ? 1 : -1);
    if (at < 0) return;
    var row = rows[at] || (event.key === "Enter" ? addRow(null) : null);
    if (row) field(row, input.name.split(".")[2]).focus();
  });

  // Tab-separated text spreads from the cell that it is pasted into.
  function choose(select, text) {
    var wanted = text.trim().toLowerCase();
    Array.from(select.options).some(function (option) {
      var label = option.text.toLowerCase();
      var hit = option.value.toLowerCase() === wanted || label === wanted || label.replace(/^\S+\s/, "") === wanted;
      if (hit) select.value = option.value;
      return hit;
    });
  }
  body.addEventListener("paste", function (event) {
    var text = event.clipboardData.getData("text/plain");
    if (text.indexOf("\t") < 0 && text.trim().indexOf("\n") < 0) return;
    event.preventDefault();
    var columns = ["work_package", "category", "partner", "starts_on", "ends_on", "description", "amount"];
    var start = columns.indexOf(event.target.name.split(".")[2]);
    var at = lineRows().indexOf(event.target.closest("tr"));
    text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").forEach(function (line, i) {
      var row = lineRows()[at + i] || addRow(null);
      line.split("\t").forEach(function (value, j) {
        var input = columns[start + j] && field(row, columns[start + j]);
        if (!input) return;
        if (input.tagName === "SELECT") choose(input, value); else input.value = value.trim();
      });
    });
    sum();
  });

  lineRows().forEach(addTools);
  form.addEventListener("input", sum);
  sum();
})();
