// What is kept in this browser. One that keeps nothing still lets people write: it is there as long as the page.

/** What was kept in a place; `nothing` where nothing is, or what cannot be read. */
export function kept(place, nothing) {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? nothing;
  } catch {
    return nothing; // storage is forbidden, or holds something else
  }
}

/** Keep a value in a place; null takes it away. */
export function keep(place, value) {
  try {
    if (value === null) localStorage.removeItem(place);
    else localStorage.setItem(place, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden.
  }
}
