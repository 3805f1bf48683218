// The one GraphQL client of the pages: urql with its document cache, begun with the server's own answers.
import { Client, cacheExchange, createRequest, fetchExchange, ssrExchange, subscriptionExchange } from "./vendor/urql.js";
import { first } from "./words.js";

const texts = { ...first.texts }; // of the operations that are known, by their names
const given = ssrExchange({ isClient: true });
for (const { operation, variables, data } of first.answers) {
  given.restoreData({ [request(operation, variables).key]: { data: JSON.stringify(data) } });
}

export const client = new Client({
  url: "/graphql",
  preferGetMethod: false,
  exchanges: [cacheExchange, given, fetchExchange, subscriptionExchange({ forwardSubscription: forward })],
});

/**
 * Make operations known. The server gives those of the page's first view along; the first other one brings all.
 *
 * Throws a Refusal where they cannot be loaded.
 */
export async function know(names) {
  if (names.every((name) => name in texts)) return;
  try {
    const answer = await fetch(new URL("./operations.json", import.meta.url));
    Object.assign(texts, await answer.json());
  } catch (fault) {
    throw new Refusal({ graphQLErrors: [], message: fault.message });
  }
}

/** Follow a query: `heard` is called with each result, at once where it is known. Returns what ends it. */
export function follow(name, variables, heard) {
  return client.executeQuery(request(name, variables)).subscribe(heard).unsubscribe;
}

/** Follow a subscription; it is sent over one WebSocket, which is opened by the first. */
export function listen(name, variables, heard) {
  return client.executeSubscription(request(name, variables)).subscribe(heard).unsubscribe;
}

/** Ask the server anew, whatever the cache has. */
export function refresh(name, variables) {
  return client.query(texts[name], variables, { requestPolicy: "network-only" }).toPromise();
}

/**
 * Do something: the payload of a mutation's only field, with its `userErrors`.
 *
 * What a person cannot mend in the form is thrown, with a message to show: nobody signed in, too low a role, a
 * network that is away.
 */
export async function act(name, input) {
  await know([name]);
  return payload(await client.mutation(texts[name], { input }).toPromise());
}

/** Ask by a mutation that changes nothing: as a query, for which the cache forgets nothing. Throws as `act` does. */
export async function ask(name, input) {
  await know([name]);
  return payload(await refresh(name, { input }));
}

function payload({ data, error }) {
  if (error) throw new Refusal(error);
  return Object.values(data)[0];
}

/** A request that was refused as a whole. `code` is the API's, or NETWORK. */
export class Refusal extends Error {
  constructor(error) {
    const told = error.graphQLErrors[0];
    super(told?.message ?? error.message);
    this.code = told?.extensions.code ?? "NETWORK";
  }
}

function request(name, variables) {
  return createRequest(texts[name], variables);
}

/** urql's subscriptions over graphql-ws, which is loaded by the first of them. */
function forward(payload) {
  return {
    subscribe(sink) {
      let end = () => {};
      let ended = false;
      socket().then((ws) => {
        if (!ended) end = ws.subscribe({ ...payload, query: payload.query ?? "" }, sink);
      }, sink.error);
      return {
        unsubscribe() {
          ended = true;
          end();
        },
      };
    },
  };
}

let opened;

/** The WebSocket on which everything live arrives: browsers allow six HTTP/1.1 connections for each origin, which
 *  streams over HTTP would use up with the sixth tab. */
function socket() {
  opened ??= import("./vendor/graphql-ws.js").then(({ createClient }) =>
    createClient({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
      retryAttempts: Infinity,
      shouldRetry: () => true,
      on: { connected: (_socket, _payload, isAgain) => isAgain && window.dispatchEvent(new Event("reconnected")) },
    }),
  );
  return opened;
}
