/**
 * When all replicas were first even with their masters after a given moment: what `converged within` asks.
 *
 * Even means: linked, and at the master's offset; who is down is not asked. Kept up to date with each detail at constant cost: every
 * step of a master makes its replicas uneven at once (its count of even replicas starts again), every
 * step of a replica may make that replica even.
 */
import { createFaults } from '../trace/faults.ts';
import type { Fact } from '../trace/fact.ts';
import { createResyncs } from '../trace/resyncs.ts';
import { KIND, type Trace } from '../trace/trace.ts';
import type { Expectation } from '../scenario/scenario.ts';

export type After = Extract<Expectation, { expect: 'converged' }>['after'];

export interface Convergence {
  /** The moment from which the time counts, and when all were even for the first time since; null: not yet. */
  reached(after: After, nowUs: number): { readonly fromUs: number | null; readonly atUs: number | null };
}

/** A moment to count from, and the first instant since at which all were even. */
interface Goal {
  fromUs: number | null;
  atUs: number | null;
}

interface Follower {
  readonly name: string;
  offset: number;
  isReplica: boolean;
  running: boolean;
  linked: boolean;
  master: Follower | null;
  /** Step of the master at which this one was even with it; -1: never. */
  evenAtStep: number;
  // -- as a master
  steps: number;
  evenReplicas: number;
}

export function watchConvergence(trace: Trace, moments: readonly After[]): Convergence {
  if (moments.length === 0) return { reached: () => ({ fromUs: null, atUs: null }) }; // nobody asks: cost nothing
  const nodes: readonly Follower[] = trace.names.map((name) => ({
    name, offset: -1, isReplica: false, running: false, linked: false, master: null, evenAtStep: -1, steps: 0, evenReplicas: 0,
  }));
  const indexByName = new Map(trace.names.map((name, index) => [name, index]));
  const resyncs = createResyncs();
  const faults = createFaults();
  const loads = new Set<string>();
  const goals = new Map<string, Goal>();
  for (const moment of moments) goals.set(key(moment), { fromUs: typeof moment === 'object' ? moment.us : 0, atUs: null });

  let replicas = 0;
  let even = 0;
  /** Since when all are even; null: they are not. */
  let sinceUs: number | null = null;

  const isEven = (node: Follower): boolean => node.master !== null && node.evenAtStep === node.master.steps;

  /** Takes note of the instants [sinceUs, nowUs] at which all were even. */
  const note = (nowUs: number): void => {
    if (sinceUs === null) return;
    for (const goal of goals.values()) {
      if (goal.atUs !== null || goal.fromUs === null || goal.fromUs > nowUs) continue;
      goal.atUs = Math.max(sinceUs, goal.fromUs);
    }
  };

  const changed = (nowUs: number): void => {
    const all = replicas > 0 && even === replicas;
    if (all === (sinceUs !== null)) return;
    note(nowUs);
    sinceUs = all ? nowUs : null;
  };

  const counts = (node: Follower): boolean => node.isReplica && node.running;

  const makeUneven = (node: Follower): void => {
    const { master } = node;
    if (master === null || node.evenAtStep !== master.steps) return;
    node.evenAtStep = -1;
    master.evenReplicas--;
    even--;
  };

  const look = (node: Follower): void => {
    const { master } = node;
    if (master === null || !counts(node) || !node.linked || !master.running) return makeUneven(node);
    if (node.offset !== master.offset) return makeUneven(node);
    if (isEven(node)) return;
    node.evenAtStep = master.steps;
    master.evenReplicas++;
    even++;
  };

  const stepped = (atUs: number, node: Follower, offset: number): void => {
    if (node.offset !== offset) {
      node.offset = offset;
      node.steps++;
      even -= node.evenReplicas;
      node.evenReplicas = 0;
    }
    if (node.isReplica) look(node);
    changed(atUs);
  };

  trace.subscribe(['write', 'ping', 'getack', 'applied'], (atUs, index, kind, a, b) => {
    const node = nodes[index];
    if (node !== undefined) stepped(atUs, node, kind === KIND.write || kind === KIND.applied ? b : a);
  });

  const become = (node: Follower, fields: Partial<Follower>): void => {
    makeUneven(node);
    if (counts(node)) replicas--;
    Object.assign(node, fields);
    if (counts(node)) replicas++;
    look(node);
  };

  const structure = ({ atUs, node: name, body }: Fact): void => {
    const node = nodes[indexByName.get(body.kind === 'process-ended' ? body.node : name) ?? -1];
    if (node === undefined) return;
    switch (body.kind) {
      case 'server-started':
        become(node, { running: true, linked: false, isReplica: body.role === 'replica' });
        stepped(atUs, node, body.offset);
        break;
      case 'process-ended':
        become(node, { running: false, linked: false });
        for (const other of nodes) if (other.master === node) look(other);
        changed(atUs);
        break;
      case 'role-changed':
        become(node, { isReplica: body.role === 'replica', linked: false });
        changed(atUs);
        break;
      case 'link-online':
        become(node, { linked: true, isReplica: true, running: true, master: nodes[indexByName.get(resyncs.masterOf(name) ?? '') ?? nodes.length] ?? null });
        stepped(atUs, node, body.offset);
        break;
      case 'link-lost':
        become(node, { linked: false });
        changed(atUs);
        break;
      default:
    }
  };

  const restart = (moment: After, fromUs: number | null): void => {
    const goal = goals.get(key(moment));
    if (goal === undefined) return;
    goal.fromUs = fromUs;
    goal.atUs = null;
  };

  trace.onMilestone((fact) => {
    const { body, atUs } = fact;
    resyncs.feed(fact);
    structure(fact);
    const broken = faults.active().length;
    faults.feed(fact);
    const stillBroken = faults.active().length;
    if (stillBroken > broken) restart('healed', null);
    else if (stillBroken < broken && stillBroken === 0) restart('healed', atUs);
    if (body.kind === 'client-started') {
      loads.add(body.client);
      restart('load-stopped', null);
    } else if (body.kind === 'client-stopped') {
      loads.delete(body.client);
      if (loads.size === 0) restart('load-stopped', atUs);
    }
    note(atUs);
  });

  return {
    reached: (after, nowUs) => {
      note(nowUs);
      return goals.get(key(after)) ?? { fromUs: null, atUs: null };
    },
  };
}

function key(after: After): string {
  return typeof after === 'object' ? String(after.us) : after;
}
