/* Reading with a little help: new comments are told about and never move what is being read, what came since the
   last visit is marked, and thanks are sent without leaving the page. Without this file nothing is lost. */
(() => {
  "use strict";
  const POLL_MS = 60000;

  const thread = document.getElementById("commentkit");
  if (!thread) return;
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

  /* --- since the last visit: a time on this device, for each thread --- */
  const times = [...thread.querySelectorAll(".ck-list .ck-when time")];
  const place = `commentkit seen ${base} ${key}`;
  let seen = 0;
  try {
    seen = Number(localStorage.getItem(place)) || 0;
    const newest = Math.max(seen, ...times.map((each) => Date.parse(each.dateTime)));
    if (newest > 0) localStorage.setItem(place, String(newest));
  } catch {
    /* a browser that keeps nothing */
  }
  const fresh = seen ? times.filter((each) => Date.parse(each.dateTime) > seen) : [];
  const articles = fresh.map((each) => each.closest("article"));
  for (const article of articles) {
    article.classList.add("ck-new");
    const word = document.createElement("span");
    word.className = "ck-new-word";
    word.textContent = "New";
    article.querySelector(".ck-who").append(" ", word);
  }
  if (articles.length && !location.hash.startsWith("#c-")) {
    const left = [...articles];
    const next = () => {
      const words = left.length === articles.length ? `${left.length} new since your last visit` : "Next new comment";
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
    let count = 0;
    for (const article of list.querySelectorAll("article.ck-comment")) {
      article.hidden = names.has(who(article));
      const item = article.parentElement;
      if (!item.querySelector(":scope > .ck-branch")) item.hidden = article.hidden;
      count += article.hidden;
    }
    line.replaceChildren();
    if (!count) return;
    const words = count === 1 ? "1 comment hidden on this device: " : `${count} comments hidden on this device: `;
    line.append(words, button("show", () => {
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
      const made = button("Hide", () => hide(article));
      const heard = document.createElement("span");
      heard.className = "ck-only-heard";
      heard.textContent = ` all comments by ${article.querySelector(".ck-name").textContent.trim()} on this device`;
      made.append(heard);
      made.title = "Hide this person's comments on this device";
      const acts = article.querySelector(":scope > .ck-acts");
      if (acts) acts.append(made);
    }
    showing();
  }

  /* --- new comments while reading --- */
  let count = 0;
  const unseen = () => count - Number(thread.dataset.ckCount);
  const told = (now, newest) => {
    count = now;
    const more = unseen();
    if (more < 1 || !/^[0-9a-f]+$/.test(newest)) return;
    const words = more === 1 ? "1 new comment" : `${more} new comments`;
    say(words, `${thread.dataset.ckComment}${newest}#c-${newest}`);
  };
  /* Who posts without leaving the page is not told of their own comment. */
  new MutationObserver(() => {
    if (count && unseen() < 1) news.replaceChildren();
  }).observe(thread, { attributeFilter: ["data-ck-count"] });
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
      const { count, newest } = JSON.parse(event.data);
      told(count, newest);
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
      button.textContent = give ? "You said this rings true. Take it back" : "This rings true";
    } catch {
      plainly();
    }
  });
})();
