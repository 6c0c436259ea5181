/** Where the corpus is cut in two: half of the recordings are of these. */
export const ELDER: readonly string[] = ['2.6.17', '2.8.24', '3.2.13', '4.0.14', '5.0.14'];
