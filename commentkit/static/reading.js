/* Reading with a little help: new comments are told about and never move what is being read, what came since the
   last visit is marked, and thanks are sent without leaving the page. Without this file nothing is lost. */
(() => {
  "use strict";
  const POLL_MS = 60000;
  const TICK_MS = 30000;
  const VISIT_MS = 30 * 60000;
  const OWN_KEPT = 20;

  const thread = document.getElementById("commentkit");
  const root = thread || document.querySelector("main.commentkit"); // a comment's own page
  if (!root) return;
  const { lang } = root.closest("[lang]");

  /* --- times as people say them, with the exact one behind. After a week the date says more. The comment on its own
         page keeps the exact time: its time in the thread leads there. --- */
  const relative = new Intl.RelativeTimeFormat(`${lang}-u-nu-latn`, { numeric: "auto" });
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const ago = (moment) => {
    const now = new Date();
    const minutes = Math.floor((now - moment) / 60000);
    if (minutes < 1) return relative.format(0, "second");
    if (minutes < 60) return relative.format(-minutes, "minute");
    if (minutes < 1440) return relative.format(-Math.floor(minutes / 60), "hour");
    const days = Math.round((midnight(now) - midnight(moment)) / 86400000);
    return days < 7 ? relative.format(-days, "day") : "";
  };
  const exact = new WeakMap();
  const tick = () => {
    if (document.hidden) return;
    for (const time of root.querySelectorAll(".ck-when time")) {
      if (time.closest(".ck-marked")) continue;
      if (!exact.has(time)) exact.set(time, time.textContent);
      const words = ago(new Date(time.dateTime));
      const shown = words || exact.get(time);
      if (time.textContent !== shown) time.textContent = shown;
      if (words) time.title = exact.get(time);
      else time.removeAttribute("title");
    }
  };
  tick();
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", tick);
  if (!thread) return;

  /* The words come with the page, in its language. */
  const WORDS = JSON.parse(thread.dataset.ckWords);
  const rules = new Intl.PluralRules(lang);
  const fill = (words, name, value) => words.replace(`%(${name})s`, () => value);
  const count = (forms, number) => fill(forms[rules.select(number)] || forms.other, "num", number);
  const base = thread.dataset.ckBase;
  const key = thread.dataset.ckKey;
  const query = `key=${encodeURIComponent(key)}`;

  /* One line that lies over the page: it takes no room, so nothing moves when it comes. */
  const news = document.createElement("p");
  news.className = "ck-news";
  news.setAttribute("role", "status");
  thread.append(news);
  const say = (words, address, act) => {
    const link = document.createElement("a");
    link.className = "ck-main";
    link.href = address;
    link.textContent = words;
    if (act) link.addEventListener("click", act);
    news.replaceChildren(link);
  };

  /* --- since the last visit: two times on this device, for each thread, both by the server's clock: when it was read
         last, and when the visit before this one ended. Who turns pages or comes back soon is still on one visit, so
         the next page of a thread isn't new for being read later. What was posted from here isn't new either. --- */
  const times = [...thread.querySelectorAll(".ck-list .ck-when time")];
  const place = `commentkit seen ${base} ${key}`;
  const now = Date.parse(thread.dataset.ckNow);
  let visit = { last: now, before: now, own: [] };
  try {
    const kept = JSON.parse(localStorage.getItem(place));
    if (kept && kept.last) visit = { ...visit, before: now - kept.last < VISIT_MS ? kept.before : kept.last, own: kept.own };
  } catch {
    /* a browser that keeps nothing, or nothing that can be read */
  }
  const keepVisit = () => {
    try {
      localStorage.setItem(place, JSON.stringify(visit));
    } catch {
      /* then nothing is marked */
    }
  };
  keepVisit();
  const fresh = times.filter((each) => Date.parse(each.dateTime) > visit.before);
  const articles = fresh.map((each) => each.closest("article")).filter((each) => !visit.own.includes(each.id));
  for (const article of articles) {
    article.classList.add("ck-new");
    const word = document.createElement("span");
    word.className = "ck-new-word";
    word.textContent = WORDS.new;
    article.querySelector(".ck-who").append(" ", word);
  }
  if (articles.length && !location.hash.startsWith("#c-")) {
    const left = [...articles];
    const next = () => {
      const words = left.length === articles.length ? count(WORDS.since, left.length) : WORDS.next;
      if (left.length) say(words, `#${left[0].id}`, () => { left.shift(); next(); });
      else news.replaceChildren();
    };
    next();
  }

  /* --- whose comments to hide: by the name that is shown, in this thread, on this device. Answers stay. --- */
  const list = thread.querySelector(".ck-list");
  const hiding = `commentkit hidden ${base} ${key}`;
  const line = document.createElement("p");
  line.className = "ck-hidden";
  line.setAttribute("role", "status");
  let names = new Set();
  try {
    const kept = JSON.parse(localStorage.getItem(hiding) || "[]");
    if (Array.isArray(kept)) names = new Set(kept.filter((each) => typeof each === "string"));
  } catch {
    /* nothing is kept, or nothing that can be read */
  }
  const button = (words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "ck-hide";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  };
  /* The guest author's badge is part of who somebody is. */
  const who = (article) =>
    (article.classList.contains("ck-by-guest") ? "guest " : "") + article.querySelector(".ck-name").textContent.trim();
  const showing = () => {
    let away = 0;
    for (const article of list.querySelectorAll("article.ck-comment")) {
      article.hidden = names.has(who(article));
      const item = article.parentElement;
      if (!item.querySelector(":scope > .ck-branch")) item.hidden = article.hidden;
      away += article.hidden;
    }
    line.replaceChildren();
    if (!away) return;
    line.append(count(WORDS.hidden, away), " ", button(WORDS.show, () => {
      const first = list.querySelector("article[hidden]");
      keep(() => names.clear());
      if (first) first.querySelector(".ck-when a").focus();
    }));
  };
  const keep = (change) => {
    change();
    try {
      if (names.size) localStorage.setItem(hiding, JSON.stringify([...names]));
      else localStorage.removeItem(hiding);
    } catch {
      /* then for as long as the page is open */
    }
    showing();
  };
  const hide = (article) => {
    keep(() => names.add(who(article)));
    /* The button is gone: reading goes on at the next comment that is there. */
    const left = [...list.querySelectorAll("article.ck-comment")].filter((each) => !each.hidden);
    const after = left.find((each) => article.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
    (after ? after.querySelector(".ck-when a") : line.querySelector("button")).focus();
  };
  if (list) {
    list.before(line);
    for (const article of list.querySelectorAll("article.ck-comment")) {
      const made = button(WORDS.hide, () => hide(article));
      const name = article.querySelector(".ck-name").textContent.trim();
      made.setAttribute("aria-label", fill(WORDS.hide_all, "name", name));
      made.title = WORDS.hide_who;
      const acts = article.querySelector(":scope > .ck-acts");
      if (acts) acts.append(made);
    }
    showing();
  }

  /* --- new comments while reading --- */
  let published = 0;
  const unseen = () => published - Number(thread.dataset.ckCount);
  const told = (now, newest) => {
    published = now;
    const more = unseen();
    if (more < 1 || !/^[0-9a-f]+$/.test(newest)) return;
    say(count(WORDS.news, more), `${thread.dataset.ckComment}${newest}#c-${newest}`);
  };
  /* Who posts without leaving the page is not told of their own comment. */
  new MutationObserver(() => {
    visit.own = [...new Set([...visit.own, thread.dataset.ckMine])].slice(-OWN_KEPT);
    keepVisit();
    if (published && unseen() < 1) news.replaceChildren();
  }).observe(thread, { attributeFilter: ["data-ck-count", "data-ck-mine"] });
  const poll = async () => {
    if (document.hidden) return;
    try {
      const { counts } = await (await fetch(`${base}/api/v1/counts?${query}`)).json();
      if (counts[key] <= Number(thread.dataset.ckCount)) return;
      const { comments } = await (await fetch(`${base}/api/v1/recent?limit=1&${query}`)).json();
      if (comments.length) told(counts[key], comments[0].id);
    } catch {
      /* the next time, perhaps */
    }
  };
  let stream = null;
  let timer = 0;
  const pollOn = () => {
    timer ||= setInterval(poll, POLL_MS);
  };
  const listen = () => {
    stream = new EventSource(`${base}/live?${query}`);
    stream.addEventListener("comments", (event) => {
      const { count: published, newest } = JSON.parse(event.data);
      told(published, newest);
    });
    stream.addEventListener("error", () => {
      if (stream && stream.readyState === EventSource.CLOSED) {
        stream = null;
        pollOn();
      }
    });
  };
  const follow = () => {
    /* A page that nobody looks at holds no connection: browsers have few for each host. */
    if (document.hidden) {
      if (stream) stream.close();
      stream = null;
    } else if (timer) poll();
    else if (!stream) listen();
  };
  if (!("ckLive" in thread.dataset) || !("EventSource" in window)) pollOn();
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", () => stream && stream.close());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      stream = null;
      follow();
    }
  });
  if (!timer) follow();

  /* --- thanks without leaving the page --- */
  thread.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id !== "ck-thanks" || form.dataset.ckPlain) return;
    event.preventDefault();
    const button = event.submitter;
    const plainly = () => {
      form.dataset.ckPlain = "yes";
      form.requestSubmit(button);
    };
    try {
      const body = new URLSearchParams({ [button.name]: button.value });
      const answer = await fetch(button.formAction, { method: "POST", body, redirect: "manual" });
      if (answer.type !== "opaqueredirect") return plainly();
      const give = button.value === "give";
      button.value = give ? "back" : "give";
      button.textContent = give ? WORDS.thanked : WORDS.thank;
    } catch {
      plainly();
    }
  });
})();
