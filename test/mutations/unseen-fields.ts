/** Fields of profiles that no recording shows, and what holds them instead. */
export const UNSEEN_FIELDS: Readonly<Record<string, string>> = {};
