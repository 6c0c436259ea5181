import { describe, expect, it } from 'vitest';
import { readTrace, traceLines, TraceFileError, type TraceFile } from '../../src/trace/file.ts';
import type { Observed } from '../../src/trace/sample.ts';
import { ask, FIRST_CONTACT, psyncState, startAll, story } from '../fixtures/story.ts';

function saved(): TraceFile {
  const tale = story(['master', 'Replik ✂ "a"\n']);
  startAll(tale);
  ask(tale.at(0.02), 'Replik ✂ "a"\n', 'master', FIRST_CONTACT, psyncState());
  tale.at(1).state('master', { role: 'master', master: null, info: new Map([['role', 'master'], ['1', 'one'], ['0', 'zero']]) });
  tale.state('master', { values: new Map([['0/k', { value: 'v', ttlUs: null }], ['0/gone', null]]) });
  const { facts, states } = tale.trace;
  const notes = [{ name: 'verdict', record: { verdict: 'passed' }, line: 2 }];
  return { header: { name: 'first sync', seed: '7', server: 'redis-7.2', virtualUs: 1_000_000, hash: tale.trace.hash() }, notes, facts, states, observed: OBSERVED };
}

const OBSERVED: Observed = {
  everyUs: 500_000,
  samples: [{
    atUs: 500_000,
    nodes: [{
      node: 'Replik ✂ "a"\n', state: 'up', role: 'replica', master: 'master', link: 'connected', replid: '', replid2: '', secondOffset: -1, offset: 14,
      backlog: null, keys: 0, memory: 900_000, transfer: null, replicas: [],
    }],
    clients: [{ client: 'app', sent: 3, acknowledged: 2, errors: 0, latencyUs: null, waitingUs: 12 }],
  }],
  messages: [{ kind: 'ack', from: 'a', to: 'master', sentUs: 1, arrivedUs: null, offset: 14 }],
};

const text = (file: TraceFile): string => [...traceLines(file)].join('');

const mistake = (lines: string): TraceFileError => {
  try {
    readTrace(lines, ['verdict']);
  } catch (error) {
    if (error instanceof TraceFileError) return error;
    throw error;
  }
  throw new Error('it was read');
};

describe('a saved trace', () => {
  it('reads back as what was written, the order of INFO fields included', () => {
    const file = saved();
    const read = readTrace(text(file), ['verdict']);
    expect(read).toEqual(file);
    expect([...read.states[0]!.info.keys()]).toEqual(['role', '1', '0']);
  });

  it('is one JSON object a line, and says its format first', () => {
    const lines = text(saved()).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 1 + 5 + 2 + 3);
    expect(JSON.parse(lines[0]!)).toMatchObject({ format: 'replsim-trace/2', lines: 12, seed: '7' });
  });

  it('may have come through Windows: a mark in front, other line ends, an empty line at the end', () => {
    expect(readTrace(`\uFEFF${text(saved()).replaceAll('\n', '\r\n')}\r\n`, ['verdict'])).toEqual(saved());
  });

  it.each<[string, (lines: string[]) => string[], number, RegExp]>([
    ['nothing', () => [''], 1, /not JSON/],
    ['another format', (lines) => ['{"format":"replsim-trace/9"}', ...lines.slice(1)], 1, /it says "replsim-trace\/9"/],
    ['no format', (lines) => ['{}', ...lines.slice(1)], 1, /it does not say so/],
    ['a line cut off', (lines) => [...lines.slice(0, 3), lines[3]!.slice(0, 20)], 4, /not JSON/],
    ['a line lost', (lines) => lines.filter((_, index) => index !== 3), 4, /next fact is 2, not 3/],
    ['an end that is missing', (lines) => lines.slice(0, -2), 10, /ends here, after 10 of 12 lines: it was cut off/],
    ['a line too much', (lines) => [...lines, lines.at(-1)!], 13, /after 13 of 12 lines/],
    ['a fact without a kind', (lines) => [lines[0]!, '{"fact":{"id":1,"body":{}}}'], 2, /without a kind/],
    ['a fact that no run tells', (lines) => [lines[0]!, '{"fact":{"id":1,"body":{"kind":"toString"}}}'], 2, /there is no fact "toString"/],
    ['a fact without a field', (lines) => [lines[0]!, '{"fact":{"id":1,"atUs":1,"node":"a","cause":0,"body":{"kind":"backlog-freed","afterSeconds":3}}}'], 2, /"ttlSeconds" is not a whole number/],
    ['a word that is none', (lines) => [lines[0]!, '{"fact":{"id":1,"atUs":1,"node":"a","cause":0,"body":{"kind":"sync-file-removed","side":"__proto__"}}}'], 2, /"side" is none of master, replica/],
    ['an effect before its cause', (lines) => [lines[0]!, '{"fact":{"id":1,"atUs":1,"node":"a","cause":1,"body":{"kind":"debug-reload"}}}'], 2, /fact 1 cannot be caused by 1/],
    ['a time that is none', (lines) => [lines[0]!, '{"fact":{"id":1,"atUs":1.5,"node":"a","cause":0,"body":{"kind":"debug-reload"}}}'], 2, /"atUs" is not a whole number/],
    ['a node state without its backlog', (lines) => [lines[0]!, JSON.stringify({ state: { ...(JSON.parse(lines[7]!) as { state: object }).state, backlog: 1 } })], 2, /"backlog" is not there/],
    ['something else', (lines) => [...lines, '{"note":1}'], 13, /neither a fact nor anything else/],
    ['two things in one line', (lines) => [lines[0]!, '{"note":{},"fact":{}}'], 2, /neither a fact nor anything else/],
    ['a note that nobody knows', (lines) => [...lines, '{"__proto__":{}}'], 13, /neither a fact nor anything else/],
    ['a look without what was seen', (lines) => [...lines.slice(0, 10), '{"sample":{"atUs":1}}'], 11, /no sample of a run: "nodes" is not a list/],
    ['a message from nobody', (lines) => [...lines.slice(0, 10), '{"message":{"to":"a","sentUs":1}}'], 11, /"from" is not a text/],
    ['a look at a node that is none', (lines) => [...lines.slice(0, 10), lines[10]!.replace(/"nodes":\[.*\],"clients"/, '"nodes":[null],"clients"')], 11, /"nodes" holds one that is not there/],
    ['a look at an offset that is none', (lines) => [...lines.slice(0, 10), lines[10]!.replace('"offset":14', '"offset":null')], 11, /"nodes" holds one that is wrong: "offset" is not a whole number/],
    ['a look that misses a node', (lines) => [...lines.slice(0, 11), lines[10]!.replace(/"nodes":\[.*\],"clients"/, '"nodes":[],"clients"'), lines[11]!], 12, /its nodes and clients are not those of the first sample/],
    ['a look that misses a client', (lines) => [...lines.slice(0, 11), lines[10]!.replace(/"clients":\[.*\]/, '"clients":[]'), lines[11]!], 12, /its nodes and clients are not those of the first sample/],
    ['a message of no kind', (lines) => [...lines.slice(0, 11), lines[11]!.replace('"ack"', '"nack"')], 12, /"kind" is none of stream, ping, ack/],
    ['a hash that is none', (lines) => [lines[0]!.replace(/"hash":"[^"]*"/, '"hash":"\\u001b[31mred"'), ...lines.slice(1)], 1, /"hash" is not 16 hexadecimal digits/],
    ['a list', (lines) => [lines[0]!, '[]'], 2, /not a JSON object/],
  ])('that holds %s is refused with the line', (_, change, line, message) => {
    const error = mistake(change(text(saved()).trimEnd().split('\n')).join('\n'));
    expect(error.line).toBe(line);
    expect(error.message).toMatch(message);
  });
});
