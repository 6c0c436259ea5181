/** How every node stood at the chosen instant: the diagram in words. */
import { bytesBehind, type Standing, standingOf } from '../report/html/standing.ts';
import { nodesAt, type NodeNow, type PageRun } from './run.ts';
import { count, instant, shortId, size } from './words.ts';

interface StateProps {
  readonly run: PageRun;
  readonly atUs: number;
  readonly hidden: ReadonlySet<string>;
}

export function StatePanel({ run, atUs, hidden }: StateProps) {
  if (run.curves === null) return null;
  const nodes = nodesAt(run, atUs);
  const byName = new Map(nodes.map((node) => [node.node, node]));
  const active = run.faults.filter(({ fromUs, toUs }) => fromUs <= atUs && (toUs ?? Infinity) >= atUs);
  return (
    <section class="state" aria-labelledby="state-title">
      <h2 id="state-title">At {instant(atUs, 1_000)}</h2>
      <p class="active" role="status">{active.length === 0 ? 'No fault is at work.' : active.map(({ words }) => `✂ ${words}`).join(' · ')}</p>
      <div class="table-scroll" tabindex={0} role="region" aria-label="State of every node">
        <table>
          <thead>
            <tr><th scope="col">node</th><th scope="col">role and link</th><th scope="col" class="number">offset</th><th scope="col" class="number">behind</th><th scope="col">backlog</th><th scope="col" class="number">output buffers</th><th scope="col" class="number">keys</th><th scope="col" class="number">memory</th><th scope="col">history</th></tr>
          </thead>
          <tbody>
            {nodes.filter(({ node }) => !hidden.has(node)).map((node) => <Row key={node.node} node={node} master={byName.get(node.master ?? '')} />)}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Row({ node, master }: { readonly node: NodeNow; readonly master: NodeNow | undefined }) {
  if (node.state === 'down') return <tr class="down"><th scope="row">{node.node}</th><td colspan={8}>is down</td></tr>;
  const behind = master === undefined ? null : bytesBehind(node, master);
  return (
    <tr>
      <th scope="row">{node.node}{node.state !== 'up' && <span class="tag">{node.state === 'silent' ? 'answers nobody' : node.state}</span>}</th>
      <td data-label="role and link">{node.role === 'master' ? 'master' : <>replica of {node.master} · {linkWords(node)}</>}</td>
      <td data-label="offset" class="number">{node.offset < 0 ? '–' : count(node.offset)}</td>
      <td data-label="behind" class="number">{behind === null ? '–' : count(behind)}</td>
      <td data-label="backlog">{node.role === 'replica' ? <Inside replica={node} master={master} /> : <Keeps node={node} />}</td>
      <td data-label="output buffers" class="number"><Buffers replicas={node.replicas} /></td>
      <td data-label="keys" class="number">{count(node.keys)}</td>
      <td data-label="memory" class="number">{size(node.memory)}</td>
      <td data-label="history"><code>{shortId(node.replid)}</code></td>
    </tr>
  );
}

/** More than these are told as a sum. */
const MOST_BUFFERS = 6;

function Buffers({ replicas }: Pick<NodeNow, 'replicas'>) {
  if (replicas.length === 0) return <>–</>;
  if (replicas.length > MOST_BUFFERS) {
    const sizes = replicas.map(({ buffer }) => Math.max(buffer, 0));
    return <>{replicas.length} replicas, {size(sizes.reduce((sum, one) => sum + one, 0))} in all, at most {size(Math.max(...sizes))}</>;
  }
  return <>{replicas.map(({ replica, buffer }) => <div key={replica}>{replica} {size(Math.max(buffer, 0))}</div>)}</>;
}

function Keeps({ node: { backlog } }: { readonly node: NodeNow }) {
  return backlog === null ? <>none</> : <>keeps {count(backlog.firstByte)} … {count(backlog.firstByte + backlog.length - 1)}</>;
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  kept: 'its next byte is kept', gone: 'its next byte fell out of the window', unwritten: 'its next byte is not written yet',
  other: 'follows another history', past: 'went on past the history that both share', none: '–',
};

function Inside({ replica, master }: { readonly replica: NodeNow; readonly master: NodeNow | undefined }) {
  const how = master === undefined ? 'none' : standingOf(replica, master);
  if (how === 'none') return <>{STANDINGS.none}</>;
  return (
    <span class={`inside ${how === 'kept' ? 'yes' : 'no'}`}>
      {how !== 'other' && how !== 'past' && <Mini next={replica.offset + 1} backlog={master!.backlog!} />}
      <span class="inside-words">{how === 'kept' ? '✓' : '✗'} {STANDINGS[how]}</span>
    </span>
  );
}

/** The window of the master, and the byte in it or beside it. */
function Mini({ next, backlog: { firstByte, length } }: { readonly next: number; readonly backlog: NonNullable<NodeNow['backlog']> }) {
  const end = firstByte + length;
  const low = Math.min(next, firstByte);
  const width = Math.max(1, Math.max(next, end) - low);
  const percent = (byte: number): number => ((byte - low) / width) * 100;
  return (
    <span class="mini" aria-hidden="true">
      <span class="mini-window" style={{ left: `${percent(firstByte)}%`, right: `${100 - percent(end)}%` }} />
      <span class="mini-pin" style={{ left: `${percent(next)}%` }} />
    </span>
  );
}

function linkWords({ link, transfer }: NodeNow): string {
  if (link === 'connected') return 'link up';
  if (link === 'transfer') return transfer === null ? 'receives the RDB' : `receives the RDB, ${size(transfer.received)}${transfer.expected > 0 ? ` of ${size(transfer.expected)}` : ''}`;
  return link === 'connect' ? 'link down' : link === 'none' ? 'no link' : `link: ${link}`;
}
