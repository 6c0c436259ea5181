/**
 * A process that replays recordings, with or without a bug: what its parent (`recordings.ts`) asks for comes and goes as
 * messages. Bundled from the sources, which may have been changed on the way.
 */
import { readRecordings } from '../../src/verify/recording/read.ts';
import { replay } from '../../src/verify/recording/replay.ts';
import { simulated } from '../../src/verify/recording/simulated.ts';
import { type FieldBug, plant } from './field-bugs.ts';
import { watchReads } from './reads.ts';

export interface Ask {
  /** `case version` */
  readonly recording: string;
  readonly bug: FieldBug | null;
  /** Whether to note what the replay reads of the profiles. */
  readonly reads: boolean;
}

export interface Told {
  /** `case version: path` where the replay differs, or ''. */
  readonly by: string;
  readonly reads: readonly string[];
  readonly ms: number;
}

const recordings = new Map(readRecordings('test/golden').map((recording) => [recording.case.id, recording]));

/** `case version` replayed: where it differs, or ''. */
function differs(key: string): string {
  const [id, version] = key.split(' ') as [string, string];
  const result = replay(recordings.get(id)!, version, simulated);
  if (result.verdict === 'agree') return '';
  return `${key}: ${result.verdict === 'differ' ? (result.differences[0]?.path ?? '') : 'not covered'}`;
}

function answer({ recording, bug, reads }: Ask): Told {
  const began = performance.now();
  const undo = bug === null ? null : plant(bug);
  const stop = reads ? watchReads() : null;
  const by = differs(recording);
  undo?.();
  return { by, reads: stop?.() ?? [], ms: performance.now() - began };
}

process.on('message', (ask: Ask) => process.send!(answer(ask)));
