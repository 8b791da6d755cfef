/* A thread of comments on any page: <comment-thread key="/a-post" title="A post"></comment-thread>.

   Served as it is written here, with the first words in it, and without comments (each on lines of its own, or at a
   line's end behind two spaces) and indentation. It leaves no global behind, and has no HTML sink: it runs where a page
   says `require-trusted-types-for 'script'; trusted-types 'none'`, and asks for no style-src. It needs no cookie.
   Themed by the --ck-… properties and by ::part; docs/developer.md has the names. */
(() => {
"use strict";

// A page's <form name="createElement"> hides the document's own method, not the prototype's.
const document_ = Document.prototype;
const make = document_.createElement.bind(document);
const ask_ = name => Object.getOwnPropertyDescriptor(document_, name).get.call(document);
const BASE = new URL(".", ask_("currentScript").src);
const at = path => new URL(path, BASE).href;

// The language, and what is said before anything else is there; commentkit/web/scripts.py has these and the rest.
const WORDS = FIRST_WORDS;

const STYLE = `
:host { display: block !important; }
:host([hidden]) { display: none !important; }
.ck { all: initial; color-scheme: inherit; display: block; text-align: start; overflow-wrap: anywhere;
  color: var(--text); font: 106%/1.65 var(--ck-font, Charter, Georgia, serif);
  max-width: var(--ck-measure, 42rem); --ui: var(--ck-ui, system-ui, sans-serif);
  --text: var(--ck-text, light-dark(#22201d, #e9e4dc)); --quiet: var(--ck-quiet, light-dark(#5d5750, #b3aba0));
  --paper: var(--ck-paper, light-dark(#fdfcfa, #191715)); --raised: var(--ck-raised, light-dark(#f5f1eb, #23201d));
  --line: var(--ck-line, light-dark(#d9d2c8, #423d37)); --edge: var(--ck-edge, light-dark(#857c70, #8f867a));
  --accent: var(--ck-accent, light-dark(#7a2e4d, #f0a3bf)); --link: var(--ck-link, light-dark(#7a2e4d, #f0a3bf));
  --on: var(--ck-on-accent, light-dark(#fff, #2a0f1a)); --mark: var(--ck-mark, light-dark(#ffe9a8, #5c4a12));
  --wrong: var(--ck-wrong, light-dark(#a3201f, #ffaba3)); }
* { box-sizing: border-box; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
[tabindex="-1"]:focus { outline: none; }
h2 { font-size: 1.2em; line-height: 1.3; margin: 2em 0 .8em; }
ol { list-style: none; margin: 0; padding: 0; }
li ol { border-inline-start: 2px solid var(--line); margin-inline-start: .6em; padding-inline-start: 1em; }
li li li li ol { margin: 0; padding: 0; }
.list > li + li { border-top: 1px solid var(--line); }
article, .gone { padding-block: 1.1em; margin: 0; }
.guest { background: var(--raised); border-inline-start: 3px solid var(--accent); padding-inline: 1em; }
header, .meta, .acts, form, button, .note { font-family: var(--ui); }
header { display: flow-root; margin-bottom: .6em; line-height: 1.5; }
.name { font-weight: 600; }
.badge { background: var(--accent); color: var(--on); border-radius: 1em; font-size: .75em; font-weight: 600; padding: .2em .6em; }
.acts { align-items: baseline; display: flex; font-size: .875em; gap: 1.2em; margin: .3em 0; }
.badge, .note, mark { border: 1px solid #0000; }
.meta, .hint, .gone { color: var(--quiet); font-size: .875em; margin: .3em 0; }
.meta a { color: inherit; display: inline-block; min-height: 24px; text-decoration: none; }
.avatar { background: var(--raised); border-radius: 5px; float: inline-start; height: 2.6em; margin-inline-end: .7em; padding: 3px; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.body > :first-child { margin-top: 0; } .body > :last-child { margin-bottom: 0; }
.body ol { list-style: decimal; } .body > *, .body li, .raw { unicode-bidi: plaintext; } .body :is(ul, ol) { border: 0; margin: .9em 0; padding-inline-start: 1.5em; }
blockquote { border-inline-start: 3px solid var(--line); color: var(--quiet); margin: .9em 0; padding-inline-start: 1em; }
pre, .raw { white-space: pre-wrap; }
pre { background: var(--raised); padding: .75em 1em; }
mark { background: var(--mark); color: inherit; }
form { margin-top: 2em; }
.field { margin-bottom: 1em; }
.fields { display: grid; gap: 0 1em; grid-template-columns: repeat(auto-fit, minmax(11em, 1fr)); }
label { display: block; font-weight: 600; margin: 1em 0 .3em; }
input, textarea { background: var(--paper); color: inherit; border: 1px solid var(--edge); border-radius: 5px; display: block;
  font: 1em/1.5 var(--ui); padding: .6em .75em; width: 100%; }
fieldset { border: 1px solid var(--line); border-radius: 5px; margin: 0 0 1em; min-width: 0; padding: .3em 1em .6em; }
legend { font-weight: 600; padding-inline: .3em; }
.check { align-items: center; display: inline-flex; font-weight: 400; gap: .6em; margin-block-end: .4em; margin-inline-end: 1.2em; min-height: 24px; }
.check input { accent-color: var(--accent); flex: none; height: 24px; margin: 0; width: 24px; }
textarea { min-height: 11em; max-height: 75vh; resize: vertical; field-sizing: content; }
[aria-invalid] { border: 2px solid var(--wrong); }
.wrong { color: var(--wrong); font-weight: 600; margin: .3em 0 0; } .wrong:empty { display: none; }
button { background: var(--paper); color: var(--text); border: 1px solid var(--edge); border-radius: 5px; cursor: pointer;
  font-size: 1em; font-weight: 600; min-height: 44px; padding: .5em 1.1em; }
.main { background: var(--accent); color: var(--on); }
.flat { background: none; font-size: 1em; border: 0; color: var(--link); font-weight: 400; min-height: 24px; padding: 0; text-decoration: underline; }
[aria-disabled=true] { opacity: .6; }
.row { align-items: center; display: flex; flex-wrap: wrap; gap: .75em; margin: 1em 0; }
.half { border: 2px solid var(--accent); flex: 1 1 11em; }
.draft { visibility: hidden; } .draft.on { visibility: visible; }
.note { background: var(--raised); border-radius: 6px; margin: 1.5em 0; padding: 1em 1.25em; }
.note.bad { background: none; border: 2px solid var(--wrong); }
.note > * { margin: .4em 0; }
`;
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(STYLE);

/* An element (a new one, or this one): attributes, listeners and children. Words are always text. */
const el = (tag, given, ...children) => {
  const node = tag.append ? tag : make(tag);
  for (const [name, value] of Object.entries(given || {})) {
    if (typeof value == "function") node.addEventListener(name, value);
    else if (value || value === "") node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
};

/* A comment's `html` as nodes. The server writes a small closed form of HTML, whose tags balance; only that is read.
   What isn't of it stays text or is left out. */
const TAGS = /^(a|abbr|acronym|b|blockquote|br|cite|code|del|em|hr|i|li|ol|p|pre|q|s|strike|strong|ul)$/;
const PIECE = /<(\/?)([a-z]+)((?: [a-z]+="[^"]*")*)>|[^<]+|</g;
const SIGNS = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'", "#39": "'", nbsp: "\u00a0" };
const plain = text => text.replace(/&([a-z]+|#x27|#39);/g, (all, name) => SIGNS[name] || all);
const rich = html => {
  const open = [el("div", { class: "body", part: "body", dir: "auto", lang: "" })];
  for (const [words, close, tag, rest] of html.matchAll(PIECE)) {
    const inner = open[open.length - 1];
    if (!tag) inner.append(plain(words));
    else if (close) open.length > 1 && inner.localName == tag && open.pop();
    else if (TAGS.test(tag)) {
      const node = make(tag);
      for (const [, name, raw] of rest.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
        const value = plain(raw);
        if (name == "title") node.title = value;
        if (name == "href" && tag == "a" && web(value)) node.href = value, node.rel = REL;
      }
      inner.append(node);
      tag == "br" || tag == "hr" || open.push(node);
    }
  }
  return open[0];
};
const REL = "nofollow ugc noopener";
const web = url => /^(https?:\/\/|mailto:)/i.test(url);

/* Asks the server; `http` is 0 where nothing came back. Never throws. */
const ask = async (path, query, body) => {
  const url = new URL(at("api/v1/" + path));
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  const how = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  let status = 0;
  try {
    const answer = await fetch(url, { ...how, signal: AbortSignal.timeout(30000) });
    status = answer.status;
    return { ...await answer.json(), http: status };
  } catch {
    return { http: status, detail: status ? WORDS.broken : WORDS.lost };
  }
};

/* The rest of the words: asked for once, whatever number of threads a page has. */
let coming;
const words = () => coming ||= ask("words", {}).then(told => told.http == 200 ? Object.assign(WORDS, told.words, told) : coming = null);

/* A sentence in pieces, with its values between them: texts to be joined, or children of an element. */
const fill = (text, values) => text.split(/%\((\w+)\)s/).map((piece, at) => at % 2 ? values[piece] : piece);
const say = (text, values) => fill(text, values).join("");
const own = (tag, name) => el(tag, { lang: "" }, name);

/* How long ago in minutes, hours or days; then the date. A clock that is late doesn't speak of the future. */
const ago = when => {
  let past = Math.max(0, (Date.now() - when) / 6e4);
  for (const [unit, many] of [["minute", 60], ["hour", 24], ["day", 30]]) {
    if (past < many) return new Intl.RelativeTimeFormat(WORDS.dates, { numeric: past < 1 ? "auto" : "always" }).format(-Math.floor(past), unit);
    past /= many;
  }
  return when.toLocaleDateString(WORDS.dates, { dateStyle: "long" });
};

const draw = (tag, ...rest) => el(document_.createElementNS.call(document, "http://www.w3.org/2000/svg", tag), ...rest);
const avatar = ({ hue, cells }) => draw("svg", { class: "avatar", part: "avatar", viewBox: "0 0 5 5", "aria-hidden": "true" },
  draw("path", { fill: `hsl(${hue} 45% 52%)`, d: cells.map(([x, y]) => `M${x} ${y}h1v1h-1z`).join("") }));

/* Drafts: on this device, or in memory alone where the browser keeps nothing. */
const memory = new Map();
const draftOf = key => {
  try { return memory.get(key) ?? localStorage.getItem(key) ?? ""; } catch { return ""; }
};
const keep = (key, text) => {
  memory.set(key, text);
  try { text ? localStorage.setItem(key, text) : localStorage.removeItem(key); return true; } catch { return false; }
};

class CommentThread extends HTMLElement {
  #box; #list; #heading; #home; #form; #stamp; #heard; #items = new Map(); #parent = ""; #busy = false; #note; #seen; #timer;

  connectedCallback() {
    if (this.#box) return;
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [SHEET];
    // an empty title: else the element's own would hang over every word
    this.#box = el("section", { class: "ck", part: "thread", title: "" });
    this.#heard = el("p", { class: "heard", role: "status" });
    shadow.append(this.#box);
    this.#open();
  }

  get #page() {
    const own = name => this.getAttribute(name);
    const here = location.origin + location.pathname;
    return { key: own("key") || location.pathname, title: own("title") || ask_("title"), url: own("url") || here };
  }

  #read(after) {
    return ask("thread", { ...this.#page, order: this.getAttribute("order"), limit: this.getAttribute("limit"), after });
  }

  /* While there is nothing to show, the element's own words are: a link to the thread. */
  async #open() {
    this.#speak();
    this.#box.replaceChildren(el("p", { class: "hint" }, WORDS.loading), make("slot"), this.#heard);
    const form = ask("form", this.#page);
    const [thread, rest] = await Promise.all([this.#read(), words()]);
    if (thread.http != 200 || !rest) {
      const again = el("button", { type: "button", part: "button", click: () => this.#open() }, WORDS.again);
      const why = thread.http && thread.detail || WORDS.down;
      this.#box.replaceChildren(el("div", { class: "note bad", part: "state", role: "alert" }, why), make("slot"), again);
      return;
    }
    this.#speak();
    this.#items.clear();
    this.#list = el("ol", { class: "list", part: "list" });
    this.#heading = el("h2", { part: "heading" });
    this.#home = el("div");
    this.#box.replaceChildren(this.#heading, this.#list, this.#home, this.#heard);
    this.#show(thread);
    if (thread.closed) {
      this.#home.append(el("p", { class: "note", part: "closed" }, el("strong", 0, WORDS.closed), " ", thread.closed));
      return;
    }
    this.#stamp = await form;
    this.#form = this.#makeForm();
    this.#home.append(this.#form);
    this.#target("");
  }

  #speak() {
    const { lang, dir, thread } = WORDS;
    el(this.#box, { lang, dir, "aria-label": thread });
  }

  #show(thread) {
    this.#count(thread);
    const fresh = thread.comments.map(each => this.#place(each, !thread.closed));
    if (thread.next) {
      const button = el("button", { type: "button", part: "more", click: async () => {
        const more = await this.#read(thread.next);
        if (more.http != 200) return this.#say(more.detail);
        button.remove();
        this.#show(more)[0]?.querySelector("[tabindex]").focus();
      } }, WORDS.more);
      this.#list.after(button);
    }
    return fresh;
  }

  #count({ count, ...thread }) {
    const many = new Intl.PluralRules(WORDS.lang).select(count);
    const num = count.toLocaleString(WORDS.dates);
    this.#heading.textContent = count ? say(WORDS.count[many] || WORDS.count.other, { num }) : WORDS.none;
    this.#box.querySelector(".list + .hint")?.remove();
    if (!thread.comments.length && !this.#items.size && !thread.closed)
      this.#list.after(el("p", { class: "hint" }, WORDS.empty));
  }

  /* A comment goes below the one it answers, or beside it where it can't. */
  #place(each, open) {
    const above = this.#items.get(each.parent);
    const beside = above && each.level <= above.level;
    const item = el("li", 0, this.#comment(each, open, beside && above.name));
    const list = !above ? this.#list : beside ? above.item.parentNode : above.item.lastChild;
    item.append(el("ol"));
    list.append(item);
    this.#items.set(each.id, { ...each, item });
    return item;
  }

  #comment(each, open, answered) {
    if (each.name === null) return el("p", { class: "gone", tabindex: -1 }, WORDS.gone);
    const website = web(each.website) && each.website;
    const { name, warning } = each;
    const signed = own("bdi", name);
    const when = new Date(each.created_at);
    const body = rich(each.html);
    const said = ago(when);
    const kept = draftOf(this.#draft(each.id)) && " · " + WORDS.kept;
    return el("article", { part: each.by_guest ? "comment guest" : "comment", class: each.by_guest && "guest", tabindex: -1 },
      el("header", 0,
        avatar(each.avatar),
        el("span", { class: "name", part: "name" }, website ? el("a", { href: website, rel: REL }, signed) : signed),
        " ", each.by_guest && el("span", { class: "badge", part: "badge" }, WORDS.badge),
        el("div", { class: "meta" }, el("a", { href: at(each.permalink), part: "time", "aria-label": say(WORDS.link, { name, when: said }) },
          el("time", { datetime: each.created_at, title: when.toLocaleString(WORDS.dates, { dateStyle: "long", timeStyle: "long" }) }, said))),
        answered && el("div", { class: "meta" }, ...fill(WORDS.to, { name: own("bdi", answered) }))),
      warning ? el("details", { part: "warning" }, el("summary", 0, ...fill(WORDS.warned, { warning: own("bdi", warning) })), body) : body,
      el("p", { class: "acts" },
        open && el("button", { type: "button", class: "flat", part: "reply", "aria-label": say(WORDS.replyTo, { name }) + kept,
          click: () => this.#target(each.id, true) }, WORDS.reply, kept),
        el("a", { class: "flat", part: "report", href: at(each.permalink) + "/report", "aria-label": say(WORDS.reportBy, { name }) }, WORDS.report)));
  }

  #draft(parent) {
    return `commentkit ${BASE} ${this.#page.key} ${parent}`;
  }

  #makeForm() {
    const { required: need = [], warnings = [], answers, guidelines, notice } = this.#stamp;
    const check = (given, text) => el("label", { class: "check" }, el("input", { type: "checkbox", ...given }), text);
    const typed = () => this.#typed();
    const field = (name, hint, type = "text") => {
      const must = name == "body" || need.includes(name);
      const about = { id: name, name, part: "input", "aria-describedby": `${name}-wrong ${name}-hint`, "aria-required": must && "true",
        autocomplete: { name: "nickname", email: "email", website: "url" }[name] };
      return el("div", { class: "field" },
        el("label", { for: name, part: "label" }, WORDS[name], must && el("span", { "aria-hidden": "true" }, " *")),
        name == "body" ? el("textarea", { ...about, dir: "auto", lang: "", rows: 8, input: typed }) : el("input", { ...about, type, dir: type == "text" ? "auto" : "ltr" }),
        el("p", { class: "wrong", id: name + "-wrong" }),
        hint && el("p", { class: "hint", id: name + "-hint" }, hint));
    };
    const form = el("form", { part: "form", novalidate: true, "aria-labelledby": "title", submit: event => {
      event.preventDefault();
      this.#send();
    }, keydown: event => event.key == "Escape" && !event.isComposing && !this.#busy && this.#parent && this.#back() },
      el("h2", { id: "title", part: "heading" }),
      guidelines && rich(guidelines),
      el("p", { class: "hint" }, WORDS.marks),
      field("body"),
      el("p", { class: "hint draft" }, WORDS.draft, " ",
        el("button", { type: "button", class: "flat", click: () => this.#forget() }, WORDS.forget)),
      warnings.length && el("fieldset", { id: "warning", tabindex: -1, "aria-describedby": "warning-wrong" },
        el("legend", 0, WORDS.warning),
        el("p", { class: "hint" }, WORDS.warningHint),
        ...warnings.map(value => check({ value }, own("bdi", value))),
        el("p", { class: "wrong", id: "warning-wrong" })),
      el("div", { class: "fields" }, field("name", WORDS.nameHint), field("email", WORDS.emailHint, "email"), field("website")),
      answers && check({ id: "answers" }, WORDS.answers),
      el("p", { class: "row" },
        el("button", { class: "main", part: "button" }, WORDS.post),
        el("button", { type: "button", part: "button", click: () => this.#preview() }, WORDS.look),
        el("button", { type: "button", class: "cancel", part: "button", click: () => this.#back() }, WORDS.cancel)),
      el("p", { class: "hint", part: "hint" }, notice && notice + " ", el("a", { href: at("data") }, WORDS.data)));
    return form;
  }

  #ticked() {
    return this.#form.querySelectorAll("fieldset :checked");
  }

  #input(name) {
    return this.#form.querySelector("#" + name);
  }

  /* The form moves; each place has a text of its own. */
  #target(parent, focus) {
    if (!this.#form) return;
    const above = this.#items.get(parent);
    const body = this.#input("body");
    if (parent != this.#parent) this.#clear();
    this.#parent = parent;
    this.#form.querySelector("h2").replaceChildren(...above ? fill(WORDS.replyTo, { name: own("bdi", above.name) }) : [WORDS.write]);
    this.#form.querySelector(".cancel").hidden = !above;
    above ? above.item.lastChild.before(this.#form) : this.#home.append(this.#form);
    body.value = draftOf(this.#draft(parent));
    this.#typed();
    if (focus) body.focus();
  }

  #back() {
    const { item } = this.#items.get(this.#parent);
    this.#target("");
    item.querySelector("[part=reply]").focus();
  }

  #typed() {
    const text = this.#input("body").value;
    const kept = keep(this.#draft(this.#parent), text);
    this.#form.querySelector(".draft").classList.toggle("on", kept && text != "");
    clearTimeout(this.#timer);
    if (this.#seen?.isConnected) this.#timer = setTimeout(() => this.#preview(true), 600);
  }

  /* What the text will look like; while that is there, it follows what is typed. */
  async #preview(follows) {
    const { value } = this.#input("body");
    const told = await ask("preview", {}, { body: value });
    const fresh = told.http == 200 && rich(told.html);
    if (this.#busy) return;
    if (!follows) {
      if (!fresh) return this.#refused(told);
      this.#tell(false, el("h2", 0, WORDS.preview), fresh, this.#button(WORDS.hide, () => {
        this.#clear();
        this.#input("body").focus();
      }));
    } else if (fresh && value == this.#input("body").value) this.#seen.replaceWith(fresh);
    else return;
    this.#seen = fresh;
  }

  #forget() {
    this.#input("body").value = "";
    this.#typed();
    this.#say(WORDS.forgotten);
    this.#input("body").focus();
  }

  #say(text) {
    this.#heard.textContent = text;
  }

  #clear() {
    this.#note?.remove();
    for (const each of this.#form.querySelectorAll(".wrong")) each.textContent = "";
    for (const each of this.#form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  }

  /* A box beside the button that was pressed. */
  #tell(bad, ...children) {
    this.#clear();
    this.#note = el("div", { class: bad ? "note bad" : "note", part: "state", tabindex: -1 }, ...children);
    this.#form.querySelector(".row").after(this.#note);
    this.#say("");
    this.#note.focus();
  }

  #button(text, click) {
    return el("button", { type: "button", class: "half", part: "button", click }, text);
  }

  async #send(again) {
    if (this.#busy) return;
    const value = name => this.#input(name).value;
    const website = value("website").trim();
    const parent = this.#parent;
    const main = this.#form.querySelector(".main");
    const wait = busy => {
      this.#busy = this.#input("body").readOnly = busy;
      main.setAttribute("aria-disabled", busy);
      main.textContent = busy ? WORDS.sending : WORDS.post;
    };
    wait(true);
    this.#say(WORDS.sending);
    if (!this.#stamp.token) this.#stamp = await ask("form", this.#page);
    const told = this.#stamp.token ? await ask("comments", {}, {
      token: this.#stamp.token,
      [this.#stamp.trap]: "",
      parent,
      body: value("body"),
      name: value("name"),
      email: value("email").trim(),
      warning: [...this.#ticked()].map(each => each.value).join(", "),
      answers: this.#input("answers")?.checked ? "yes" : undefined,
      website: !website || /^[a-z]+:/i.test(website) ? website : "https://" + website,
    }) : this.#stamp;
    wait(false);
    if (/^token-/.test(told.code) && !again) {
      this.#stamp = {};
      return this.#send(true);
    }
    if (told.receipt_url) return this.#done(told, parent);
    if (told.http == 409 && told.token) this.#stamp.token = told.token;
    if (told.code == "before-posting") return this.#advise(told);
    if (told.code == "already-sent") {
      const { first } = told;
      return this.#tell(true, el("p", 0, told.detail), el("p", 0, first.message + " " + first.why), el("div", { class: "row" },
        this.#button(WORDS.another, () => this.#send()),
        first.receipt_url && el("a", { href: at(first.receipt_url) }, WORDS.first)));
    }
    this.#refused(told);
  }

  #refused(told) {
    const wrong = (told.errors || []).filter(each => this.#input(each.field));
    if (wrong.length) {
      this.#clear();
      for (const each of wrong) {
        this.#input(each.field).setAttribute("aria-invalid", "true");
        this.#input(each.field + "-wrong").textContent = each.detail;
      }
      this.#say(wrong.map(each => each.detail).join(" "));
      return this.#input(wrong[0].field).focus();
    }
    this.#tell(true, told.code == "thread-closed" && el("p", 0, el("strong", 0, WORDS.closed)), el("p", 0, told.detail), told.http && el("p", 0, WORDS.safe));
  }

  /* The text with its words marked, and two choices of equal weight. */
  #advise({ body, advice }) {
    const points = [...body];  // advice counts code points
    const cut = (from, to) => points.slice(from, to).join("");
    const raw = el("div", { class: "raw", dir: "auto", lang: "" });
    let end = 0;
    for (const each of advice) {
      if (each.start < end) continue;
      raw.append(cut(end, each.start), el("mark", 0, cut(each.start, each.end)));
      end = each.end;
    }
    raw.append(cut(end));
    this.#tell(false, el("h2", 0, WORDS.before), raw,
      el("ul", 0, ...advice.map(each => el("li", 0, el("mark", { dir: "auto" }, cut(each.start, each.end)), ` – ${each.reason} ${each.instead}`))),
      el("p", 0, WORDS.decide, advice.some(each => each.held) && " " + WORDS.held),
      el("div", { class: "row" },
        this.#button(WORDS.change, () => this.#input("body").focus()),
        this.#button(WORDS.asItIs, () => this.#send())));
  }

  async #done(told, parent) {
    keep(this.#draft(parent), "");
    for (const each of this.#ticked()) each.checked = false;
    const stamp = ask("form", this.#page);
    const thread = told.status == "published" && await this.#read();
    const each = thread && thread.http == 200 && thread.comments.find(other => other.id == told.id);
    this.#clear();
    const [before, link, after] = WORDS.keep.split(/<\/?a>/);
    const note = el("div", { class: "note", part: "state", tabindex: -1 },
      el("p", 0, el("strong", 0, told.message), " ", told.why),
      told.permalink && !each && el("p", 0, el("a", { href: at(told.permalink) }, WORDS.see)),
      el("p", { class: "hint" }, before, el("a", { href: at(told.receipt_url) }, link), after));
    this.#form.before(note);  // and there it stays: it alone has the private link
    this.#target("");
    if (each && !this.#items.has(each.id)) {
      this.#place(each, true);
      this.#count(thread);
    }
    note.focus();
    this.#say(told.message);
    this.#stamp = await stamp;
  }
}

customElements.get("comment-thread") || customElements.define("comment-thread", CommentThread);
})();
