// Narrows the list of disagreements; what is chosen stands in the address, so that it can be sent.
"use strict";
// A served page comes again. <meta http-equiv=refresh> would not: to an address with a "#" it only
// jumps inside of the page.
const seconds = Number(document.querySelector("main").dataset.refresh || 0);
if (seconds) setTimeout(() => location.reload(), 1000 * seconds);

const form = document.getElementById("filter");
if (form) {
  const kind = document.getElementById("kind");
  const label = document.getElementById("label");
  const shown = document.getElementById("shown");
  const all = [...document.querySelectorAll(".dispute")];

  const narrow = () => {
    const wanted = label.value ? label.value.split(",") : [];
    let count = 0;
    for (const one of all) {
      const labels = one.dataset.labels.split(" ");
      one.hidden = (kind.value && one.dataset.kind !== kind.value) ||
        !wanted.every((name) => labels.includes(name));
      count += !one.hidden;
    }
    shown.textContent = count === all.length ? `${count}` : `${count} of ${all.length}`;
  };

  const choose = (select, value) => {
    if (![...select.options].some((option) => option.value === value)) {
      select.add(new Option(value.replaceAll(",", " or "), value));
    }
    select.value = value;
  };

  const follow = () => {
    const place = location.hash.slice(1);
    if (/^(kind|label)=/.test(place)) {
      const asked = new URLSearchParams(place);
      choose(kind, asked.get("kind") || "");
      choose(label, asked.get("label") || "");
      narrow();
      document.getElementById("disagreements").scrollIntoView();
      return;
    }
    const target = /^d[0-9]+$/.test(place) && document.getElementById(place);
    if (target && target.hidden) {
      kind.value = label.value = "";
      narrow();
    }
    if (target) target.scrollIntoView({block: "center"});
  };

  form.addEventListener("change", () => {
    const asked = new URLSearchParams();
    if (kind.value) asked.set("kind", kind.value);
    if (label.value) asked.set("label", label.value);
    history.replaceState(null, "", `#${asked}`);
    narrow();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);
  form.hidden = false;
  narrow();
  follow();
}
