// How many notifications are unread, in the page's head: told at once, by whatever tab something happens in.
import { know, listen } from "../client.js";
import { number } from "../words.js";

/** Follow the viewer's notifications while the page is open; `inbox` is told of each by an event of the window. */
export async function followUnread() {
  await know(["NotificationReceived"]);
  listen("NotificationReceived", {}, ({ data }) => {
    const update = data?.notificationReceived;
    if (!update?.viewer) return;
    showUnread(update.viewer.unreadCount);
    if (update.notification) window.dispatchEvent(new Event("notified"));
  });
}

export function showUnread(count) {
  const shown = document.getElementById("unread");
  if (!shown) return;
  shown.textContent = number(count);
  shown.hidden = count === 0;
}
