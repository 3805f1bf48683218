// The WebSocket on which everything live arrives. Browsers allow six HTTP/1.1 connections for each origin, which
// streams over HTTP would use up with the sixth tab; WebSockets are not among them.
import { createClient } from "./vendor/graphql-ws.js";

export const socket = createClient({
  url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
  lazy: true,
  lazyCloseTimeout: 5_000,
  retryAttempts: Infinity,
  shouldRetry: () => true,
  on: {
    connected: (_socket, _payload, wasRetry) => tell("connected", wasRetry),
    closed: () => tell("closed"),
  },
});

function tell(what, again = false) {
  window.dispatchEvent(new CustomEvent("live", { detail: { what, again } }));
}
