/** `sim versions`: what the servers that can be simulated do otherwise than each other, in words. */
import { findProfile, type Profile, profiles } from '../redis/profiles/index.ts';
import { describeProfile } from '../redis/profiles/words/index.ts';
import { type DescribedVersion, versionsDiffJson, versionsDiffPage, versionsJson, versionsPage } from '../report/versions.ts';
import { suggestWord } from '../scenario/suggest.ts';
import type { VersionsArguments } from './arguments.ts';
import { terminalLook } from './colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Host } from './host.ts';
import { problem } from './problem.ts';
import { createTeller } from './teller.ts';

export function versionsCommand({ json }: VersionsArguments, host: Host): ExitCode {
  const versions = [...profiles.values()].map(describe);
  host.stdout.write(json ? versionsJson(versions) : versionsPage(versions, terminalLook(host)));
  return EXIT.held;
}

export function versionsDiffCommand(from: string, to: string, { json }: VersionsArguments, host: Host): ExitCode {
  const found = [from, to].map((name) => ({ name, ...findProfile(name) }));
  const problems = found.flatMap((one) => (one.ok ? [] : [problem(`there is no server "${one.name}"`, suggestWord(one.name, one.candidates))]));
  if (problems.length > 0) return createTeller(host).tell(problems, null);
  const [a, b] = found.flatMap((one) => (one.ok ? [describe(one.profile)] : [])) as [DescribedVersion, DescribedVersion];
  host.stdout.write(json ? versionsDiffJson(a, b) : versionsDiffPage(a, b, terminalLook(host)));
  return EXIT.held;
}

function describe(profile: Profile): DescribedVersion {
  return { name: profile.name, version: profile.version, fields: describeProfile(profile) };
}
