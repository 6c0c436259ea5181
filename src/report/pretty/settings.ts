/** Which settings decided a run, with the values that they had: read off the facts, not off the configuration. */
import { formatSize } from '../../units.ts';
import type { Outcome } from '../../checks/outcome.ts';
import { together } from './rich.ts';

/** Redis' own default in every version; only where an author says nothing. */
const DISKLESS_DELAY = '5';

/** `repl-backlog-size 1mb`, `repl-timeout 60` … in the order in which they first mattered. */
export function decidingSettings({ facts, resyncs, scenario }: Outcome): string[] {
  const settings = new Map<string, Set<string>>();
  const decided = (name: string, value: string): void => {
    const values = settings.get(name);
    if (values === undefined) settings.set(name, new Set([value]));
    else values.add(value);
  };
  const windows = new Map(resyncs.flatMap(({ facts: { decided: id }, reason, evidence }) =>
    evidence !== null && (reason === 'offset-before-backlog' || reason === 'in-backlog') ? [[id, evidence.backlogSize]] : [],
  ));
  for (const { id, node, body } of facts) {
    const backlog = windows.get(id);
    if (backlog !== undefined) decided('repl-backlog-size', formatSize(backlog));
    switch (body.kind) {
      case 'sync-waits':
        if (body.for === 'diskless-delay') decided('repl-diskless-sync-delay', directive(scenario, node, 'repl-diskless-sync-delay') ?? DISKLESS_DELAY);
        break;
      case 'link-timeout':
      case 'replica-timeout':
        decided('repl-timeout', String(body.limitSeconds));
        break;
      case 'replica-over-limit':
        decided('client-output-buffer-limit replica', `${limit(body.hard)} ${limit(body.soft)} ${body.softSeconds}`);
        break;
      case 'backlog-freed':
        decided('repl-backlog-ttl', String(body.ttlSeconds));
        break;
      default:
    }
  }
  return [...settings].map(([name, values]) => together(`${name} ${[...values].join(' or ')}`));
}

/** As in redis.conf, where 0 is none. */
function limit(size: number): string {
  return size === 0 ? '0' : formatSize(size);
}

/** The last word of the scenario on a node's directive. */
function directive(scenario: Outcome['scenario'], node: string, name: string): string | null {
  return scenario.nodes.find((one) => one.name === node)?.config.findLast((one) => one.name === name)?.value ?? null;
}
