export {
  Client,
  cacheExchange,
  createRequest,
  fetchExchange,
  gql,
  ssrExchange,
  subscriptionExchange,
} from "@urql/core";
export { pipe, subscribe } from "wonka";
