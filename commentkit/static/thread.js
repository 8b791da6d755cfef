/* Makes a thread that the server wrote pleasanter: reply in place, a preview that follows, drafts kept on this device,
   posting without leaving the page. Nothing depends on it: it presses the page's own links and forms, and shows the
   parts of the server's own answers. Those come as documents (XMLHttpRequest reads them): no HTML sink, no policy. */
(() => {
"use strict";

const PATIENCE = 30000;
const PAUSE = 600;  // milliseconds without a key before the preview is asked for again

// <form name="querySelector"> in a page would stand in for the document's own method; the prototype's can't be hidden.
const find = (selector, inside = document) =>
  (inside === document ? Document.prototype : inside).querySelector.call(inside, selector);
const make = Document.prototype.createElement.bind(document);

const thread = find("section.commentkit");  // in a host's page, or the thread's own
const root = thread || find("main.commentkit");  // the page for writing
if (!root || !find("#ck-form", root)) return;
const WORDS = JSON.parse(find("#ck-form", root).dataset.ckWords);  // in the language of the page

const el = (tag, given, ...children) => {
  const node = make(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value == "function") node.addEventListener(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

/* The server's answer: its document (or null), its address after redirects, its status (0: nothing came back). */
const ask = (address, fields) => new Promise(resolve => {
  const request = new XMLHttpRequest();
  const done = () => {
    const page = request.responseXML;
    // Parts of it are put into this page, which looks after focus itself.
    if (page) for (const each of page.querySelectorAll("[autofocus]")) each.removeAttribute("autofocus");
    resolve({ page, address: request.responseURL, status: request.status });
  };
  request.open(fields ? "POST" : "GET", address);
  request.responseType = "document";
  request.timeout = PATIENCE;
  request.onload = request.onerror = request.ontimeout = done;
  request.send(fields);
});

const home = make("div");  // where the form stands when it answers nobody
let form = find("#ck-form", root);
let told = make("div");  // what the server said about the form, above it
let seen = null;  // the preview, below the form, while it is wanted
let busy = false;
let timer = 0;
form.before(home);
if (!thread) told.append(...root.querySelectorAll(":scope > :is(.ck-state, .ck-before, .ck-preview, .ck-closed)"));
home.append(told, form);
const first = parentOf(form);
const originals = new Map();
let posts = 0;

function parentOf(one) {
  const field = one.elements.namedItem("parent");
  return field ? field.value : "";
}

/* Where the form is sent. Its buttons are called "action", and hide the property of that name. */
function place() {
  return new URL(form.getAttribute("action"), location.href);
}

function body() {
  return form.elements.namedItem("body");
}

/* --- drafts -------------------------------------------------------------------------------------------------- */

const draftOf = parent => `commentkit ${place().pathname} ${form.elements.namedItem("thread").value} ${parent}`;
const kept = parent => { try { return localStorage.getItem(draftOf(parent)) || ""; } catch { return ""; } };
const keep = (parent, text) => {
  try {
    if (text) localStorage.setItem(draftOf(parent), text);
    else localStorage.removeItem(draftOf(parent));
    return true;
  } catch {
    return false;
  }
};

function typed() {
  const note = find(".ck-draft", form);
  note.classList.toggle("ck-on", keep(parentOf(form), body().value) && body().value !== "");
  if (seen) {
    clearTimeout(timer);
    timer = setTimeout(preview, PAUSE);
  }
}

function forget() {
  body().value = "";
  typed();
  say(WORDS.forgotten);
  body().focus();
}

/* --- the form, wherever it stands ---------------------------------------------------------------------------- */

function dress() {
  const field = body().closest(".ck-field");
  field.after(el("p", { class: "ck-hint ck-draft" }, WORDS.draft, " ",
    el("button", { type: "button", class: "ck-flat", click: forget }, WORDS.forget)));
  find(".ck-buttons", form).append(
    el("button", { type: "button", class: "ck-cancel", hidden: "", click: back }, WORDS.cancel),
    el("span", { class: "ck-hint ck-said", role: "status" }));
  form.addEventListener("submit", submit);
  form.addEventListener("keydown", event => {
    if (event.key === "Escape" && !event.isComposing && !busy && !find(".ck-cancel", form).hidden) back();
  });
  body().addEventListener("input", typed);
  find(".ck-cancel", form).hidden = !thread || !parentOf(form);
  if (!body().value) body().value = kept(parentOf(form));
  typed();
}

function say(text) {
  find(".ck-said", form).textContent = text;
}

/* Another form from the server takes the place of the one that is there. */
function replace(fresh) {
  const next = document.adoptNode(fresh);
  form.replaceWith(next);
  form = next;
  dress();
}

function tell(...parts) {
  told.replaceChildren(...parts.map(part => document.adoptNode(part)));
  const [one] = parts;
  if (one) {
    one.setAttribute("tabindex", "-1");
    one.focus();
    one.scrollIntoView({ block: "nearest" });
  }
}

function problem(...words) {
  tell(el("div", { class: "ck-problem", role: "alert" }, ...words.map(each => el("p", {}, each))));
}

/* --- reply in place ------------------------------------------------------------------------------------------ */

/* The form moves below a comment; each place has a text of its own. */
function target(parent, article, heading) {
  tell();
  hide();
  let field = form.elements.namedItem("parent");
  if (!field) form.append(field = el("input", { type: "hidden", name: "parent" }));
  field.value = parent;
  const title = find(".ck-heading", form);
  if (!originals.has("")) originals.set("", title.textContent);
  title.textContent = heading || originals.get("");
  find(".ck-cancel", form).hidden = !parent;
  if (article) article.after(told, form);
  else home.append(told, form);
  body().value = kept(parent);
  typed();
}

function back() {
  const parent = parentOf(form);
  target("");
  find(`#c-${CSS.escape(parent)} .ck-acts a:not(.ck-report)`, root).focus();
}

if (thread) root.addEventListener("click", event => {
  const link = event.target.closest(".ck-acts a:not(.ck-report)");
  const article = link && link.closest("article");
  if (!article || busy || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  target(article.id.slice(2), article, link.dataset.said || link.textContent);
  body().focus();
});

for (const link of root.querySelectorAll(".ck-acts a:not(.ck-report)")) {
  link.dataset.said = link.textContent;
  const article = link.closest("article");
  if (article && kept(article.id.slice(2))) link.append(` · ${WORDS.kept}`);
}

/* --- the preview --------------------------------------------------------------------------------------------- */

function fields(action) {
  const all = new URLSearchParams(new FormData(form));
  all.set("action", action);
  return all;
}

async function preview() {
  const asked = seen;
  const answer = await ask(place(), fields("preview"));
  const shown = answer.page && find(".ck-preview .ck-body", answer.page);
  if (asked !== seen || !shown) return asked === seen ? answer : null;
  const old = find(".ck-body", seen);
  old.replaceWith(document.adoptNode(shown));
  return null;
}

function hide() {
  clearTimeout(timer);
  if (!seen) return;
  seen.remove();
  seen = null;
}

async function show() {
  hide();
  seen = el("section", { class: "ck-preview", "aria-labelledby": "ck-preview", tabindex: "-1" },
    el("h2", { id: "ck-preview", class: "ck-heading" }, WORDS.preview), el("div", { class: "ck-body" }),
    el("p", { class: "ck-buttons" }, el("button", { type: "button", click: () => { hide(); body().focus(); } }, WORDS.hide)));
  form.after(seen);
  const refused = await preview();
  if (refused) {
    hide();
    answered(refused);
  } else if (seen) {
    seen.focus();
    seen.scrollIntoView({ block: "nearest" });
  }
}

/* --- posting ------------------------------------------------------------------------------------------------- */

async function submit(event) {
  // Where the comments live on another host, the browser's own way is the one that works.
  if (place().origin !== location.origin) return;
  event.preventDefault();
  if (busy) return;
  if (event.submitter && event.submitter.value === "preview") {
    await show();
    return;
  }
  wait(true);
  const parent = parentOf(form);
  const sent = form;
  const answer = await ask(place(), fields("post"));
  wait(false);
  if (sent === form) await answered(answer, parent);
}

function wait(now) {
  busy = body().readOnly = now;
  for (const button of form.querySelectorAll("[type=submit]")) button.setAttribute("aria-disabled", now);
  say(now ? WORDS.sending : "");
}

async function answered({ page, address, status }, parent) {
  const main = page && find("main", page);
  const fresh = main && find("#ck-form", main);
  if (main && /\/receipt\//.test(new URL(address).pathname)) {
    keep(parent, "");
    if (thread) await posted(main, parent);
    else location.assign(address);
  } else if (fresh) {
    const parts = [...main.querySelectorAll(":scope > :is(.ck-state, .ck-before, .ck-closed)")];
    const wrong = find(".ck-problem", fresh);
    hide();
    replace(fresh);
    tell(...parts);
    if (wrong && !parts.length) wrong.focus();
  } else if (!status) {
    problem(WORDS.lost);
  } else {
    const said = main && (find("[role=alert]", main) || find("h1 ~ p", main));
    problem(said ? said.textContent : WORDS.broken, WORDS.safe);
    if (status === 403 && thread) await renew();
  }
}

/* A token that nothing can be made of: the page itself has another. */
async function renew() {
  const { page } = await ask(location.href.split("#")[0]);
  const fresh = page && find("#ck-form [name=token]", page);
  if (fresh) form.elements.namedItem("token").value = fresh.value;
}

/* The comment is stored: say so where the form stood, and show it in the thread if others see it too. */
async function posted(main, parent) {
  const comment = find("article.ck-comment", main);
  const state = el("section", { class: "ck-state" });
  const title = el("h2", { id: "ck-told", class: "ck-heading" }, find("h1", main).textContent);
  state.append(title, ...[...main.querySelectorAll(":scope > p:not(.ck-back), :scope > .ck-keep")].map(part => document.adoptNode(part)));
  for (const name of posts++ ? ["id", "for", "aria-labelledby"] : [])  // an earlier one stays, with its private link
    for (const each of state.querySelectorAll(`[${name}]`)) each.setAttribute(name, `${each.getAttribute(name)}-${posts}`);
  state.setAttribute("aria-labelledby", title.id);
  const now = await ask(location.href.split("#")[0]);
  hide();
  form.before(state);
  if (now.page) join(now.page, comment, state);
  const fresh = now.page && find("#ck-form", now.page);
  home.append(told, form);
  if (fresh) {
    replace(fresh);
    find(".ck-cancel", form).hidden = true;
  } else {
    target(first);
  }
  tell();
  state.setAttribute("tabindex", "-1");
  state.focus();
  state.scrollIntoView({ block: "nearest" });
}

/* Puts the new comment where the page, fetched anew, has it, if it has it: a long thread shows a part of itself.
   Nothing else moves. The script for reading learns which one is the reader's own. */
function join(page, comment, state) {
  if (comment) root.dataset.ckMine = comment.id;
  const now = find("#commentkit", page);
  if (!now) return;  // an error's page
  find("#ck-heading", root).textContent = find("#ck-heading", now).textContent;
  root.dataset.ckCount = now.dataset.ckCount;
  const there = comment && find(`section.commentkit #${CSS.escape(comment.id)}`, page);
  const item = there && there.closest("li");
  if (!item || find(`#${CSS.escape(comment.id)}`, root)) return;
  const above = item.parentNode.closest("li");
  const inside = above ? find(`#${CSS.escape(find("[id]", above).id)}`, root).closest("li") : root;
  let list = find(above ? ":scope > .ck-replies" : ":scope > .ck-list", inside);
  if (!list) {
    list = el("ol", { class: above ? "ck-replies" : "ck-list" });
    const empty = find(".ck-empty", root);
    if (above) inside.append(list);
    else if (empty) empty.replaceWith(list);
    else home.before(list);
  }
  const earlier = item.previousElementSibling;
  const mate = earlier && find(`#${CSS.escape(find("[id]", earlier).id)}`, root);
  const fresh = document.adoptNode(item);
  if (mate && mate.closest("li").parentNode === list) mate.closest("li").after(fresh);
  else if (earlier) list.append(fresh);
  else list.prepend(fresh);
  for (const link of state.querySelectorAll("a[href*='#c-']")) link.href = `#${comment.id}`;
}

dress();
root.addEventListener("click", event => {
  // "Change it" leads to the form's text
  if (event.target.closest("a[href='#ck-body']")) {
    event.preventDefault();
    body().focus();
  }
});
})();
