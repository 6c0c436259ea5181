/** One node of any version with a replica, and what of commands it sends on. */
import { profiles } from '../../src/redis/profiles/index.ts';
import type { Profile } from '../../src/redis/profiles/profile.ts';
import { childEnds, Double, introduced } from './double.ts';
import type { Fd } from '../../src/redis/ports.ts';

export type Version = '2.6' | '2.8' | '3.2' | '4.0' | '5.0' | '6.0' | '6.2' | '7.0' | '7.2' | '7.4' | '8.0';

export function profileOf(version: Version): Profile {
  return profiles.get(version === '8.0' ? 'valkey-8.0' : `redis-${version}`)!;
}

export const VERSIONS: readonly Version[] = ['2.6', '2.8', '3.2', '4.0', '5.0', '6.0', '6.2', '7.0', '7.2', '7.4', '8.0'];

export interface Master {
  readonly node: Double;
  /** What the commands answered, in the order of the commands. */
  says(...lines: readonly (string | readonly string[])[]): string[];
  /** Runs commands and gives what they send on; `SELECT 0` of the beginning is left out. */
  sends(...lines: readonly (string | readonly string[])[]): string;
  /** What was sent on since the last time. */
  sent(): string;
}

/** A master of that version that saves nothing, with one replica that is online, or more; what is sent on is what the first is sent. */
export function master(version: Version, config: Readonly<Record<string, string>> = {}, replicas = 1): Master {
  const profile = profileOf(version);
  const diskless: Record<string, string> = profile.directives.byName.has('repl-diskless-sync') ? { 'repl-diskless-sync': 'no' } : {};
  const node = new Double({ profile, config: { save: '', ...diskless, ...config } });
  const all = Array.from({ length: replicas }, () => introduced(node, { capa: version === '2.6' ? '' : 'capa eof capa psync2' }));
  const replica = all[0]!;
  for (const each of all) node.says(each, version === '2.6' ? 'SYNC' : 'PSYNC ? -1');
  childEnds(node);
  const app = node.accept();
  let sent: string[] = [];
  const note = (orders: readonly string[]): readonly string[] => {
    sent.push(...streamOf(orders, replica));
    return orders;
  };
  return {
    node,
    says: (...lines) => note(node.says(app, ...lines)).filter((order) => order.startsWith(`${app} < `)).map((order) => order.slice(`${app} < `.length)),
    sends: (...lines) => {
      sent = [];
      for (const line of lines) note(node.says(app, line));
      return sent.filter((text, i) => !(i === 0 && text === 'SELECT 0')).join(' | ');
    },
    sent: () => {
      note(node.ordered());
      const text = sent.filter((each) => !/^ping$/i.test(each)).join(' | ');
      sent = [];
      return text;
    },
  };
}

function streamOf(orders: readonly string[], replica: Fd): readonly string[] {
  const mark = `${replica} < `;
  return orders.filter((order) => order.startsWith(mark)).flatMap((order) => order.slice(mark.length).replace(/^stream \d+\.\.\d+: /, '').split(' | '));
}
