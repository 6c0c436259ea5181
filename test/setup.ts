/**
 * Before each file of tests: properties are tried with the same cases in every run, so that a failure is one of the change at hand.
 * `SEED=$RANDOM npx vitest run` tries others.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['SEED'] ?? 1) });
