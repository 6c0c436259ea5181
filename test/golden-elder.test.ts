/** The elder half of the corpus. */
import { replays } from './golden-cases.ts';
import { ELDER } from './golden-elder.ts';

replays(ELDER);
