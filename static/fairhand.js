/* Conveniences only: every page and every verb works without this file. */
"use strict";

const language = document.documentElement.lang || "en";

/* Countdowns run on the server's clock: the page says what time it was made, and we only add what
   has passed since. A device clock that is wrong, or a skipped sandbox hour, changes nothing. */
const loaded = performance.now();
const SPOKEN = [60, 15, 5, 1];

function unit(count, name) {
  const format = { style: "unit", unit: name, unitDisplay: "long" };
  return new Intl.NumberFormat(language, format).format(count);
}

function left(seconds) {
  if (seconds < 7200) return unit(Math.max(1, Math.floor(seconds / 60)), "minute");
  if (seconds < 172800) return unit(Math.floor(seconds / 3600), "hour");
  return unit(Math.floor(seconds / 86400), "day");
}

function speak(words) {
  const place = document.getElementById("spoken") || document.body.appendChild(
    Object.assign(document.createElement("p"), { id: "spoken", className: "unseen" }),
  );
  place.setAttribute("role", "status");
  place.textContent = words;
}

function countDown(element) {
  const { countdown, now, left: pattern, last, past } = element.dataset;
  const elapsed = performance.now() - loaded;
  const seconds = Math.floor((Date.parse(countdown) - Date.parse(now) - elapsed) / 1000);
  const before = Number(element.dataset.minutes);
  const minutes = Math.ceil(seconds / 60);
  if (before === minutes) return;
  element.dataset.minutes = minutes;
  if (seconds >= 60) element.textContent = pattern.replace("{time}", left(seconds));
  else element.textContent = seconds > 0 ? last : past;
  const due = SPOKEN.some((mark) => before > mark && minutes <= mark);
  if (due) speak(element.textContent);
}

function countAll() {
  document.querySelectorAll("[data-countdown]").forEach(countDown);
}

/* A pressed button says that it works, and cannot be pressed twice. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  const words = form.dataset.busy;
  if (!words || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter || form.querySelector("button");
  button.setAttribute("aria-busy", "true");
  button.dataset.words = button.textContent;
  // After the form has taken the button's own value along.
  setTimeout(() => { button.textContent = words; });
});

/* Coming back by the Back button finds the form ready again. */
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => {
      button.removeAttribute("aria-busy");
      button.textContent = button.dataset.words;
    });
  });
});

/* Copying a code, where the browser lets us. */
function offerCopy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.textContent.trim());
    button.querySelector("span").textContent = button.dataset.done;
    speak(button.dataset.done);
  });
}

/* A code does not stay on a screen that somebody walked away from. */
function hideLater(panel) {
  const hide = () => {
    panel.querySelector("[data-code]").remove();
    panel.querySelector("[data-code-hidden]").hidden = false;
  };
  setTimeout(hide, Number(panel.dataset.hideAfter) * 1000);
}

/* Polls rest while nobody looks, and ask half as often after each error, up to every 5 minutes. */
const waits = new WeakMap();

function isPoll(element) {
  return (element.getAttribute("hx-trigger") || "").startsWith("every");
}

document.addEventListener("htmx:beforeRequest", (event) => {
  const element = event.detail.elt;
  const wait = waits.get(element);
  const resting = wait && performance.now() < wait.until;
  if (isPoll(element) && (document.hidden || resting)) event.preventDefault();
});

function rest(event) {
  const element = event.detail.elt;
  if (!isPoll(element)) return;
  const seconds = parseFloat(element.getAttribute("hx-trigger").slice(6)) || 30;
  const last = waits.get(element)?.seconds || seconds;
  const next = Math.min(last * 2, 300);
  waits.set(element, { seconds: next, until: performance.now() + next * 1000 });
}

document.addEventListener("htmx:responseError", rest);
document.addEventListener("htmx:sendError", rest);
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) waits.delete(event.detail.elt);
});

/* An open menu closes when something else is pressed, or by Escape. */
function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(null); });

document.querySelectorAll("[data-copy]").forEach(offerCopy);
document.querySelectorAll("[data-hide-after]").forEach(hideLater);
document.querySelector("[data-focus]")?.focus();
countAll();
setInterval(countAll, 1000);
