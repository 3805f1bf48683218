// The explorer of the API: GraphiQL, with each operation of the pages in a tab of its own.
import { createElement, createGraphiQLFetcher, createRoot, GraphiQL } from "./vendor/graphiql.js";

const samples = JSON.parse(document.getElementById("samples").textContent);
const scheme = location.protocol === "https:" ? "wss" : "ws";

createRoot(document.getElementById("explorer")).render(
  createElement(GraphiQL, {
    fetcher: createGraphiQLFetcher({ url: "/graphql", subscriptionUrl: `${scheme}://${location.host}/graphql` }),
    defaultTabs: samples,
    variables: samples[0].variables, // of the tab that is open at first
    defaultEditorToolsVisibility: "variables",
  }),
);
