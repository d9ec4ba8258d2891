"use strict";
// Draws an arrow for each role of the tables, and shows what belongs to what is pointed at.
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const marks = new Map(); // id -> the pieces of the mark, in the order of the text
  for (const piece of all("[data-m]")) {
    const id = piece.dataset.m;
    marks.set(id, [...(marks.get(id) || []), piece]);
  }
  const make = (name, attributes, parent) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  };
  const isShown = (role) => role.dataset.switches.split(" ")
    .every((id) => document.getElementById(id)?.checked ?? true);

  // Where an arrow meets a mark: the middle of its top edge, in its first line.
  const anchor = (id, origin) => {
    const pieces = marks.get(id);
    const boxes = pieces.flatMap((piece) => [...piece.getClientRects()]).filter((box) => box.width);
    const line = boxes.filter((box) => Math.abs(box.top - boxes[0].top) < 12);
    const left = Math.min(...line.map((box) => box.left));
    const right = Math.max(...line.map((box) => box.right));
    const top = Math.min(...line.map((box) => box.top));
    return { x: (left + right) / 2 - origin.left, y: top - origin.top, width: right - left };
  };

  const draw = (body) => {
    const svg = body.querySelector("svg.arrows");
    const origin = svg.getBoundingClientRect();
    svg.replaceChildren();
    for (const role of all(".role", body).filter(isShown)) {
      const head = anchor(role.dataset.head, origin);
      const tail = anchor(role.dataset.tail, origin);
      const side = Math.sign(tail.x - head.x) || 1;
      const isNear = Math.abs(head.y - tail.y) < 16; // in one line
      const from = head.x + side * Math.min(8, head.width / 4);
      const to = tail.x - side * Math.min(8, tail.width / 4);
      const rise = isNear ? 12 + Math.min(16, Math.abs(to - from) * 0.05) : 22;
      const end = tail.y - 3;
      const group = make("g", { class: [...role.classList].filter((name) => name !== "role").join(" ") }, svg);
      group.classList.toggle("far", !isNear);
      group.dataset.head = role.dataset.head;
      group.dataset.tail = role.dataset.tail;
      make("path", { class: "arrow", d: `M${from},${head.y} C${from},${head.y - rise} ${to},${end - rise} ${to},${end}` }, group);
      make("path", { class: "tip", d: `M${to - 3.5},${end - 4} h7 l-3.5,6 z` }, group);
      // Three quarters of the way along: near the filler, where fewer arrows meet.
      const label = make("text", { x: from + (to - from) * 0.84, y: head.y + (end - head.y) * 0.84 - rise * 0.5625 + 3 }, group);
      label.textContent = role.dataset.role;
    }
  };
  const bodies = all(".body");
  let waiting = 0;
  const redraw = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => bodies.forEach(draw));
  };

  const point = (event) => {
    for (const old of all(".on")) old.classList.remove("on");
    for (const svg of all("svg.picked")) svg.classList.remove("picked");
    const at = event.target.closest?.(".role, .row, [data-m]");
    if (!at) return;
    const isRole = at.classList.contains("role");
    const id = at.dataset.m || at.dataset.row;
    const chosen = all(".role, .arrows g").filter((role) => isRole
      ? role.dataset.head === at.dataset.head && role.dataset.tail === at.dataset.tail
      : role.dataset.head === id || role.dataset.tail === id);
    const ids = new Set(isRole ? [] : [id]);
    for (const role of chosen) {
      role.classList.add("on");
      ids.add(role.dataset.head).add(role.dataset.tail);
      role.closest("svg")?.classList.add("picked");
    }
    for (const each of ids) {
      for (const piece of marks.get(each) || []) piece.classList.add("on");
      document.querySelector(`[data-row="${each}"]`)?.classList.add("on");
    }
  };

  document.addEventListener("pointerover", point);
  document.addEventListener("change", redraw);
  const observer = new ResizeObserver(redraw);
  bodies.forEach((body) => observer.observe(body));
  document.fonts.ready.then(redraw);
})();
