// Follows a skill, and a person's notifications, with four clients at once, through restarts of the server, as the API's
// README says: keep the greatest cursor, and after each opening ask for what was missed. Each event that a client hears
// of is a line on stdout: {"client": …, "stream": …, "cursor": …}; each opening one with "opened".
import { ApolloClient, gql, InMemoryCache } from "@apollo/client/core";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client, fetchExchange } from "@urql/core";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";

const url = `${process.argv[2]}/graphql`;
const slug = process.argv[3];
const authorization = `Bearer ${process.argv[4]}`;
// What is followed, what of an update is news, and what closes a gap.
const STREAMS = {
  skill: {
    query: `subscription ($slug: String!) { update: skillChanged(slug: $slug) {
      cursor news: event { id kind } skill { id revision } } }`,
    variables: { slug },
    since: `query ($cursor: String!) { changesSince(cursor: $cursor, skill: ${JSON.stringify(slug)}) {
      news: events { cursor } endCursor hasMore } }`,
    found: (data) => data.changesSince,
  },
  notifications: {
    query: `subscription { update: notificationReceived { cursor news: notification { id kind } } }`,
    variables: {},
    since: `query ($cursor: String!) { viewer { notificationsSince(cursor: $cursor) {
      news: notifications { cursor } endCursor hasMore } } }`,
    found: (data) => data.viewer.notificationsSince,
  },
};
const AGAIN_MS = 100;

const pause = () => new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

class Follower {
  constructor(client, stream) {
    this.client = client;
    this.stream = stream;
    this.cursor = null;
    ({ query: this.query, variables: this.variables } = STREAMS[stream]);
  }

  take({ update }) {
    const { cursor, news } = update;
    if (news !== null) {
      this.heard(cursor);
      return;
    }
    say({ client: this.client, stream: this.stream, opened: cursor });
    if (this.cursor === null) this.cursor = cursor;
    else this.closeGap(this.cursor);
  }

  heard(cursor) {
    if (this.cursor === null || cursor > this.cursor) this.cursor = cursor;
    say({ client: this.client, stream: this.stream, cursor });
  }

  async closeGap(cursor) {
    const { since, found } = STREAMS[this.stream];
    for (let more = true; more; ) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization },
        body: JSON.stringify({ query: since, variables: { cursor } }),
      });
      const { news, endCursor, hasMore } = found((await response.json()).data);
      for (const each of news) this.heard(each.cursor);
      [cursor, more] = [endCursor, hasMore];
    }
  }
}

const socket = () =>
  createWsClient({
    url: url.replace("http", "ws"),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: authorization },
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: pause,
  });

function followByGraphqlWs(follower) {
  socket().subscribe(
    { query: follower.query, variables: follower.variables },
    { next: ({ data }) => follower.take(data), error: fail, complete: () => fail("complete") },
  );
}

function followByGraphqlSse(follower) {
  const client = createSseClient({ url, headers: { authorization }, retryAttempts: Infinity, retry: pause });
  client.subscribe(
    { query: follower.query, variables: follower.variables },
    { next: ({ data }) => follower.take(data), error: fail, complete: () => fail("complete") },
  );
}

async function followByUrql(follower) {
  const client = new Client({
    url,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
  });
  const once = () =>
    new Promise((resolve) => {
      client.subscription(follower.query, follower.variables).subscribe(({ data, error, hasNext }) => {
        if (data?.update && !error) follower.take(data);
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
    .subscribe({ query: gql(follower.query), variables: follower.variables })
    .subscribe({ next: ({ data }) => follower.take(data), error: fail });
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}

for (const stream of Object.keys(STREAMS)) {
  followByGraphqlWs(new Follower("graphql-ws", stream));
  followByGraphqlSse(new Follower("graphql-sse", stream));
  followByUrql(new Follower("urql", stream));
  followByApollo(new Follower("apollo", stream));
}
