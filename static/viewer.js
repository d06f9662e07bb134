/* The viewer of two pictures: both panes show the same part, and a key does what its link does. */
"use strict";

function share(from, to) {
  const parts = [["scrollLeft", "scrollWidth", "clientWidth"], ["scrollTop", "scrollHeight", "clientHeight"]];
  for (const [at, whole, seen] of parts) {
    const most = from[whole] - from[seen];
    to[at] = most ? Math.round(from[at] / most * (to[whole] - to[seen])) : 0;
  }
}

function view(viewer) {
  const panes = [...viewer.querySelectorAll("[data-pane]")];
  let leading = null;
  for (const pane of panes) {
    pane.addEventListener("scroll", () => {
      if (leading && leading !== pane) return;
      leading = pane;
      panes.filter((each) => each !== pane).forEach((each) => share(pane, each));
      setTimeout(() => { leading = null; }, 60);
    });
    pane.addEventListener("keydown", (event) => {
      const key = event.key === "=" ? "+" : event.key;
      const own = pane.parentElement.querySelector(`[data-key="${CSS.escape(key)}"]`);
      const link = own || ("+-".includes(key) && viewer.querySelector(`[data-key="${key}"]`));
      if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      location.assign(`${link.href}#${pane.id}`);  // the same pane has the focus there
    });
  }
}

document.querySelectorAll("[data-viewer]").forEach(view);
