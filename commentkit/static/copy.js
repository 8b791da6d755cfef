/* A button beside a private link that copies it. Without this script, or where a browser lets no page copy (plain
   HTTP), there is none, and the link is copied by hand. */
"use strict";
for (const button of navigator.clipboard ? document.querySelectorAll(".ck-copy") : []) {
  const box = button.closest(".ck-field").querySelector(".ck-link");
  const said = button.parentNode.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      said.textContent = button.dataset.copied;
    } catch {
      box.select();  // forbidden: at least it is marked, to be copied by keyboard
    }
  });
}
