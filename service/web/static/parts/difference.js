// The difference of two texts word by word, as pieces that were kept, removed or added.

const MOST = 2_000; // words of both texts together whose difference is worked out
const COMMON_MIN = 0.4; // of the letters of the shorter text must stay

/** A list of `{kind: "same" | "gone" | "new", text}`, in the order in which it is read. */
export function difference(before, after) {
  const [old, now] = [tokens(before), tokens(after)];
  if (old.length + now.length > MOST) return [{ kind: "gone", text: before }, { kind: "new", text: after }];
  const lengths = table(old, now);
  const pieces = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) add(pieces, "same", old[i++], j++);
    else if (j >= now.length || (i < old.length && lengths[i + 1][j] >= lengths[i][j + 1])) add(pieces, "gone", old[i++]);
    else add(pieces, "new", now[j++]);
  }
  return staysEnough(pieces, before, after) ? pieces : [{ kind: "gone", text: before }, { kind: "new", text: after }];
}

/** Else old text and then new text reads better; `service/difference.py` has the same share. */
function staysEnough(pieces, before, after) {
  const same = pieces.filter(({ kind }) => kind === "same").map(({ text }) => text);
  return letters(same.join("")) >= COMMON_MIN * Math.min(letters(before), letters(after));
}

const letters = (text) => text.replace(/\s+/g, "").length;

const tokens = (text) => text.match(/\s+|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];

/** How long the longest common run from each pair of places on is. */
function table(old, now) {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i][j] = old[i] === now[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

function add(pieces, kind, text) {
  if (pieces.at(-1)?.kind === kind) pieces.at(-1).text += text;
  else pieces.push({ kind, text });
}
