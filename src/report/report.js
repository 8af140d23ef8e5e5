"use strict";
(function () {
  var table = document.getElementById("columns");
  var body = table.tBodies[0];
  var search = document.getElementById("search");
  var kept = document.getElementById("kept");
  var count = document.getElementById("count");
  var data = JSON.parse(document.getElementById("kept-columns").textContent);
  var treated = Array.prototype.slice.call(body.rows);
  var most = 500; // kept columns shown at once; a page of tens of thousands helps nobody

  treated.forEach(function (row) { row.searchText = row.textContent.toLowerCase(); });

  function cell(row, text, code) {
    var td = row.insertCell();
    var target = code ? td.appendChild(document.createElement("code")) : td;
    target.textContent = text;
    return td;
  }

  function keptRow(table_, column) {
    var row = document.createElement("tr");
    cell(row, table_, true);
    var name = cell(row, column[0], true);
    var type = document.createElement("small");
    type.textContent = column[1];
    name.append(" ", type);
    cell(row, "");
    cell(row, "keep");
    var changed = cell(row, "0");
    changed.className = "n";
    changed.dataset.v = "0";
    cell(row, column[2]);
    cell(row, "");
    row.className = "kept";
    return row;
  }

  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    function matches(text) { return words.every(function (word) { return text.indexOf(word) >= 0; }); }
    var shown = 0;
    treated.forEach(function (row) {
      row.hidden = !matches(row.searchText);
      if (!row.hidden) shown++;
    });
    Array.prototype.slice.call(body.querySelectorAll("tr.kept")).forEach(function (row) { row.remove(); });
    var more = 0;
    if (kept.checked) {
      var fragment = document.createDocumentFragment();
      var added = 0;
      data.forEach(function (entry) {
        entry[1].forEach(function (column) {
          if (!matches((entry[0] + " " + column.join(" ") + " keep").toLowerCase())) return;
          if (added < most) { fragment.appendChild(keptRow(entry[0], column)); added++; } else { more++; }
        });
      });
      body.appendChild(fragment);
      shown += added;
    }
    count.textContent = shown + (shown === 1 ? " column" : " columns") + (more ? ", and " + more + " more" : "");
  }

  function value(row, index) {
    var td = row.cells[index];
    var number = td.getAttribute("data-v");
    if (number !== null) return Number(number);
    return /^[0-9][0-9,]*$/.test(td.textContent) ? Number(td.textContent.replace(/,/g, "")) : td.textContent;
  }

  function sort(header) {
    var owner = header.closest("table");
    var index = header.cellIndex;
    var numeric = header.classList.contains("n");
    var before = header.getAttribute("aria-sort");
    var descending = before === null ? numeric : before === "ascending";
    Array.prototype.forEach.call(header.parentNode.cells, function (th) { th.removeAttribute("aria-sort"); });
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    var rows = Array.prototype.slice.call(owner.tBodies[0].rows);
    rows.sort(function (a, b) {
      var x = value(a, index), y = value(b, index);
      var order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
      return descending ? -order : order;
    });
    rows.forEach(function (row) { owner.tBodies[0].appendChild(row); });
  }

  Array.prototype.forEach.call(document.querySelectorAll("table.sortable th"), function (header) {
    header.tabIndex = 0;
    header.addEventListener("click", function () { sort(header); });
    header.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(header); }
    });
  });
  var timer = 0;
  search.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(filter, 80); });
  kept.addEventListener("change", filter);
  filter();
})();
