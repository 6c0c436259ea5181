/**
 * Which of our ids is which letter of the recording: a pairing, one to one, that grows while values are compared.
 *
 * Recordings write ids as letters in order of first appearance. Pairing at the place where both stand says the same,
 * and stays right where one side has more to show than the other.
 */
export interface Identities {
  /** Do these two mean the same id? Pairs them when neither was seen before. */
  same(expected: string, got: string): boolean;
  /** Undoes what was paired by `attempt` if that returns false. */
  attempt(attempt: () => boolean): boolean;
  /** Our id as its letter, for messages; itself when it has none yet. */
  name(got: string): string;
}

export function createIdentities(): Identities {
  const byLetter = new Map<string, string>();
  const byId = new Map<string, string>();
  const order: string[] = [];
  return {
    same(expected, got) {
      const paired = byLetter.get(expected);
      const named = byId.get(got);
      if (paired !== undefined || named !== undefined) return paired === got && named === expected;
      byLetter.set(expected, got);
      byId.set(got, expected);
      order.push(expected);
      return true;
    },
    attempt(attempt) {
      const before = order.length;
      if (attempt()) return true;
      for (const letter of order.splice(before)) {
        byId.delete(byLetter.get(letter)!);
        byLetter.delete(letter);
      }
      return false;
    },
    name: (got) => byId.get(got) ?? got,
  };
}

const ZEROS = '0'.repeat(40);
const RAW = /^[0-9a-f]{40}$/;
/** In our own log lines `I` is a word. */
const LETTER = /^[A-HJ-Z]$/;

/** Two whole values that may be ids (a replid, a word of a line): equal texts, or a letter and the id that it stands for. */
export function sameWord(ids: Identities, expected: string, got: string): boolean {
  if (expected === '0' || got === '0' || got === ZEROS) return got === expected || (got === ZEROS && expected === '0');
  const isLetter = /^[A-Z]$/.test(expected);
  if (isLetter && RAW.test(got)) return ids.same(expected, got);
  if (LETTER.test(expected) && LETTER.test(got)) return ids.same(expected, got);
  return expected === got;
}

/** Two texts, word by word, with ids wherever they stand as words. */
export function sameText(ids: Identities, expected: string, got: string): boolean {
  const [left, right] = [words(expected), words(got)];
  return left.length === right.length && ids.attempt(() => left.every((word, i) => sameWord(ids, word, right[i]!)));
}

function words(text: string): readonly string[] {
  return text.split(/([0-9A-Za-z]+)/);
}

/** Digests: D0 is that of no data. */
export function sameDigest(digests: Identities, expected: string, got: string): boolean {
  const isEmpty = (digest: string): boolean => digest === 'D0' || digest === ZEROS;
  if (isEmpty(expected) || isEmpty(got)) return isEmpty(expected) && isEmpty(got);
  return [expected, got].every((digest) => /^D\d+$/.test(digest) || RAW.test(digest)) && digests.same(expected, got);
}
