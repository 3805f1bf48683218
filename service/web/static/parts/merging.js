// After signing in: what this browser has kept of a plan goes into the account, and never takes the place of anything
// there.
import { act, know, refresh, Refusal } from "../client.js";
import { keepPlan, keptPlan } from "./levels.js";

const AT_ONCE = 100;

/** Bring it over; where that is not possible now, the next page tries again. */
export async function merge() {
  try {
    await bringOver();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
  }
}

/** The choice where the account has none, and the ticks. What is refused, as of a skill that is gone, stays here. */
async function bringOver() {
  const { ids, ticks = [] } = keptPlan();
  await know(["PlanPage"]);
  const { data, error } = await refresh("PlanPage", {});
  if (error) throw new Refusal(error);
  if (ids && !data.viewer.plan) await act("SetPlan", ids);
  const left = [];
  for (let at = 0; at < ticks.length; at += AT_ONCE) left.push(...(await ticked(ticks.slice(at, at + AT_ONCE))));
  keepPlan(left.length ? { ticks: left } : null);
}

/** Tick them; those that are refused. */
async function ticked(ticks) {
  if (!ticks.length) return [];
  const { userErrors } = await act("TickExpectations", { expectations: ticks });
  if (!userErrors.length) return [];
  const [first, number] = userErrors[0].path;
  if (first !== "expectations" || number === undefined) return ticks;
  const refused = Number(number);
  return [ticks[refused], ...(await ticked(ticks.filter((_tick, at) => at !== refused)))];
}
