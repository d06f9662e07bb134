// The theme gives every box that scrolls one and the same name; the sidebar's gets one of its own.
document.addEventListener("DOMContentLoaded", () => {
  const bar = document.getElementById("nav-sidebar-apps");
  const main = document.getElementById("main");
  if (bar && main) bar.dataset.simplebarAriaLabel = main.dataset.sidebar;
});
