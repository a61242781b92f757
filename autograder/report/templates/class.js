"use strict";
// Sorts and filters the table of everybody. What is not known comes last, whichever way the rest is sorted.
(() => {
  const table = document.getElementById("class");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const find = document.getElementById("find");
  const state = document.getElementById("state");
  const shown = document.getElementById("shown");
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = [...body.rows].map((row) => ({
    row,
    state: row.dataset.state,
    text: plain([...row.cells].map((cell) => cell.textContent).join(" ") + " " + (row.dataset.also ?? "")),
  }));

  const value = (row, column, kind) => {
    const cell = row.cells[column];
    const text = (cell.dataset.value ?? cell.textContent).trim();
    if (text === "") return null;
    return kind === "number" ? Number(text) : text;
  };

  const sort = (column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    const kind = head.dataset.kind;
    const keyed = rows.map((one) => ({ one, key: value(one.row, column, kind) }));
    keyed.sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
      const ahead = kind === "number" ? a.key - b.key : order.compare(a.key, b.key);
      return down ? -ahead : ahead;
    });
    for (const other of heads) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.replaceChildren(...keyed.map(({ one }) => one.row));
  };

  const filter = () => {
    const words = plain(find.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { row, state: its, text } of rows) {
      const kept = (state.value === "" || its === state.value) && words.every((word) => text.includes(word));
      row.hidden = !kept;
      count += kept;
    }
    const all = rows.length.toLocaleString("en");
    shown.value = count === rows.length ? `${all} rows` : `${count.toLocaleString("en")} of ${all} rows`;
  };

  heads.forEach((head, column) => head.querySelector("button").addEventListener("click", () => sort(column)));
  find.addEventListener("input", filter);
  state.addEventListener("change", filter);
  const form = document.getElementById("filter");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
