/** The versions of recorded servers: their order, and which profile stands for each. */
import { findProfile, type Profile } from '../../redis/profiles/index.ts';

/** The servers of the shared recordings, oldest first: what `2.6` means where a case fixes one server's version. */
const RECORDED = [
  '2.6.17', '2.8.24', '3.2.13', '4.0.14', '5.0.14', '6.0.20', '6.2.16', '7.0.15', '7.2.6', '7.4.1', 'valkey-8.0.1',
];

/** `7.0.15` was a distribution build; all others were built with the C library's malloc. */
const JEMALLOC_BUILDS = ['7.0.15'];

/** The exact version that `version` means: itself, or the recorded one of that generation (`2.6`). */
export function exactVersion(version: string): string {
  return RECORDED.find((exact) => exact === version || exact.startsWith(`${version}.`)) ?? version;
}

export function profileOf(version: string): Profile | null {
  const found = findProfile(exactVersion(version));
  return found.ok ? found.profile : null;
}

export function allocatorOf(version: string): 'jemalloc' | 'libc' {
  return JEMALLOC_BUILDS.includes(version) ? 'jemalloc' : 'libc';
}

/** Negative, 0 or positive, as far as both say: 7.2 against 7.2.6 is 0. Valkey went on from Redis' numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! - right[i]!;
  }
  return 0;
}

function numbers(version: string): number[] {
  return version.replace(/^valkey-?/, '').split('.').map(Number);
}

/** Is a step with `min` and `max` (null: no bound) done in this version? */
export function inVersions(version: string, min: string | null, max: string | null): boolean {
  return (min === null || compareVersions(version, min) >= 0) && (max === null || compareVersions(version, max) <= 0);
}

/** A setting may be written for one version only: `name@version`. Null when it is for another one. */
export function settingFor(version: string, name: string): string | null {
  const [setting = '', only] = name.split('@');
  return only === undefined || compareVersions(version, only) === 0 ? setting : null;
}
