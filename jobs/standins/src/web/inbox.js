// Keeps the list current without touching what is being read.
const EVERY_MS = 1500;

function localTimes(root) {
  for (const time of root.querySelectorAll("time")) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour12: false });
    time.title = new Date(time.dateTime).toLocaleString();
  }
}

async function refresh() {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  localTimes(fresh);
  const parts = document.body.className === "at-list" ? ["#bar", "#list", "main"] : ["#bar", "#list"];
  for (const part of parts) {
    const [now, then] = [fresh.querySelector(part), document.querySelector(part)];
    if (now.innerHTML === then.innerHTML) continue;
    then.innerHTML = now.innerHTML;
  }
}

async function keepFresh() {
  if (!document.hidden) await refresh().catch(() => {});
  setTimeout(keepFresh, EVERY_MS);
}

document.addEventListener("click", async ({ target }) => {
  const { post, delete: remove } = target.dataset ?? {};
  if (post) await fetch(post, { method: "POST" });
  for (const path of remove?.split(" ") ?? []) await fetch(path, { method: "DELETE" });
  if (post || remove) await refresh();
});

localTimes(document);
setTimeout(keepFresh, EVERY_MS);
