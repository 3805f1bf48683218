// Follows a skill with four clients at once, through restarts of the server, as the API's README says: keep the
// greatest cursor, and after each opening ask for what was missed. Each event that a client hears of is a line on
// stdout: {"client": …, "cursor": …}; each opening one with "opened".
import { ApolloClient, gql, InMemoryCache } from "@apollo/client/core";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client, fetchExchange } from "@urql/core";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";

const url = `${process.argv[2]}/graphql`;
const slug = process.argv[3];
const SUBSCRIPTION = `subscription ($slug: String!) { skillChanged(slug: $slug) {
  cursor event { id kind } skill { id revision } } }`;
const SINCE = `query ($cursor: String!, $skill: String!) { changesSince(cursor: $cursor, skill: $skill) {
  events { cursor } endCursor hasMore } }`;
const AGAIN_MS = 100;

const pause = () => new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

class Follower {
  constructor(client) {
    this.client = client;
    this.cursor = null;
  }

  take({ cursor, event }) {
    if (event !== null) {
      this.heard(cursor);
      return;
    }
    say({ client: this.client, opened: cursor });
    if (this.cursor === null) this.cursor = cursor;
    else this.closeGap(this.cursor);
  }

  heard(cursor) {
    if (this.cursor === null || cursor > this.cursor) this.cursor = cursor;
    say({ client: this.client, cursor });
  }

  async closeGap(cursor) {
    for (let more = true; more; ) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: SINCE, variables: { cursor, skill: slug } }),
      });
      const { changesSince } = (await response.json()).data;
      for (const event of changesSince.events) this.heard(event.cursor);
      ({ endCursor: cursor, hasMore: more } = changesSince);
    }
  }
}

const socket = () =>
  createWsClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: pause,
  });

function followByGraphqlWs(follower) {
  socket().subscribe(
    { query: SUBSCRIPTION, variables: { slug } },
    { next: ({ data }) => follower.take(data.skillChanged), error: fail, complete: () => fail("complete") },
  );
}

function followByGraphqlSse(follower) {
  const client = createSseClient({ url, retryAttempts: Infinity, retry: pause });
  client.subscribe(
    { query: SUBSCRIPTION, variables: { slug } },
    { next: ({ data }) => follower.take(data.skillChanged), error: fail, complete: () => fail("complete") },
  );
}

async function followByUrql(follower) {
  const client = new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false });
  const once = () =>
    new Promise((resolve) => {
      client.subscription(SUBSCRIPTION, { slug }).subscribe(({ data, error, hasNext }) => {
        if (data?.skillChanged && !error) follower.take(data.skillChanged);
        if (error || hasNext === false) resolve();
      });
    });
  for (;;) {
    await once();
    await pause();
  }
}

function followByApollo(follower) {
  const client = new ApolloClient({ link: new GraphQLWsLink(socket()), cache: new InMemoryCache() });
  client
    .subscribe({ query: gql(SUBSCRIPTION), variables: { slug } })
    .subscribe({ next: ({ data }) => follower.take(data.skillChanged), error: fail });
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}

followByGraphqlWs(new Follower("graphql-ws"));
followByGraphqlSse(new Follower("graphql-sse"));
followByUrql(new Follower("urql"));
followByApollo(new Follower("apollo"));
