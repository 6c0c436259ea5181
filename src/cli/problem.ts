/** What is wrong with an option or a file: it has no place in a text. */
import type { Problem } from '../scenario/place.ts';

export function problem(message: string, suggestion: string | null = null): Problem {
  return { message, suggestion, place: null };
}
