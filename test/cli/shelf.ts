/** The scenarios of the project, for a machine in memory. */
import { readTexts } from '../texts.ts';

export const SCENARIOS: Readonly<Record<string, string>> = readTexts(['scenarios'], /\.(ya?ml|conf)$/);
