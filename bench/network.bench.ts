/**
 * What one delivery costs: a star whose centre sends to all and hears from all, against the kernel's own events; and what an
 * event costs when transfers to all of them share the centre's NIC.
 *
 * Neither may grow with the number of hosts, but for what leaves the processor's caches: here every event is another host's, and
 * nothing else is done in it. The goal for the growth is that of a whole event, with a server in it: see tree.bench.ts.
 */

import { note } from './figures.ts';
import { type Alternative, compare, cpuSeconds } from './harness.ts';
import { createKernel, createStreams } from '../src/kernel/index.ts';
import { createNetwork, type Endpoint, type Network, type SocketEvents } from '../src/network/index.ts';

const GBIT = 125_000_000;
const PIECE = { payload: null, from: 0, to: 300 };

interface Star {
  /** One second of the star's life; returns how many pieces were delivered in it. */
  second(): number;
}

/** So many hosts, each connected to one. */
function connectAll(network: Network, leaves: number, events: SocketEvents): void {
  const centre = network.addProcess(network.addHost('centre', '10.0.0.1', GBIT), events);
  network.listen(centre, 6379, leaves);
  for (let i = 0; i < leaves; i++) {
    const host = network.addHost(`leaf ${i}`, `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`, GBIT);
    network.connect(network.addProcess(host, events), '10.0.0.1', 6379, 0);
  }
}

function createStar(leaves: number, sendsPerSecond: number): Star {
  const kernel = createKernel();
  const observer = { tell: () => {}, detail: () => {} };
  const link = { latency: { kind: 'uniform', fromUs: 300, toUs: 800 }, bytesPerS: GBIT, lossPpm: 0, socketBufferBytes: 4_194_304 } as const;
  const network = createNetwork(kernel, createStreams('1'), link, observer);
  const there: Endpoint[] = [];
  const back: Endpoint[] = [];
  let delivered = 0;
  const events: SocketEvents = {
    accepted: (endpoint) => void there.push(endpoint),
    connected: (endpoint) => void back.push(endpoint),
    connectFailed: () => {},
    received: () => void delivered++,
    drained: () => {},
    closed: () => {},
  };
  connectAll(network, leaves, events);
  kernel.advance(Infinity, 1_000_000);
  const send = kernel.on('send', () => {
    for (const endpoint of there) network.send(endpoint, PIECE, 0);
    kernel.after(1_000_000 / sendsPerSecond, send);
  });
  const answer = kernel.on('answer', () => {
    for (const endpoint of back) network.send(endpoint, PIECE, 0);
    kernel.after(1_000_000, answer);
  });
  kernel.after(0, send);
  kernel.after(0, answer);
  return {
    second() {
      const before = delivered;
      kernel.advance(Infinity, kernel.nowUs + 1_000_000);
      return delivered - before;
    },
  };
}

function star(leaves: number, sendsPerSecond: number): Alternative {
  const { second } = createStar(leaves, sendsPerSecond);
  return {
    name: `${leaves} leaves`,
    run() {
      let delivered = 0;
      while (delivered < 300_000) delivered += second();
      return delivered;
    },
  };
}

/** Transfers without end to so many hosts, over one NIC. Every event counts. */
function transfers(leaves: number): Alternative {
  const kernel = createKernel();
  const link = { latency: { kind: 'uniform', fromUs: 300, toUs: 800 }, bytesPerS: GBIT, lossPpm: 0, socketBufferBytes: 4_194_304 } as const;
  const network = createNetwork(kernel, createStreams('1'), link, { tell: () => {}, detail: () => {} });
  const pour = (endpoint: Endpoint, bytes: number): void => network.send(endpoint, { payload: null, from: 0, to: bytes }, 0);
  const events: SocketEvents = {
    accepted: (endpoint, _port, _peer, _peerPort, credit) => pour(endpoint, credit),
    connected: () => {},
    connectFailed: () => {},
    received: () => {},
    drained: pour,
    closed: () => {},
  };
  connectAll(network, leaves, events);
  kernel.advance(Infinity, 3_000_000);
  return {
    name: `${leaves} transfers`,
    run() {
      const before = kernel.eventsRun;
      kernel.advance(200_000, Infinity);
      return kernel.eventsRun - before;
    },
  };
}

function bareEvents(pending: number): Alternative {
  return {
    name: `kernel events, ${pending} pending`,
    run() {
      const kernel = createKernel();
      const again = kernel.on('again', (a) => void kernel.after(100_000 + ((a * 7919) % 500), again, a));
      for (let i = 0; i < pending; i++) kernel.after(i, again, i);
      kernel.advance(1_000_000, Infinity);
      return 1_000_000;
    },
  };
}

compare('one delivery', [bareEvents(1000), star(10, 100), star(100, 100), star(1_000, 10), star(10_000, 5)], {
  unit: 'deliveries',
  rounds: 5,
});

const ofTransfers = compare('one event of a transfer, all through one NIC', [transfers(10), transfers(1_000), transfers(10_000)], { unit: 'events', rounds: 5 });
for (const { name, nsPerUnit } of ofTransfers.slice(1)) {
  const growth = nsPerUnit / ofTransfers[0]!.nsPerUnit;
  console.log(`${name}: an event takes ${growth.toFixed(2)} times as long`);
  note({ what: `Network alone, an event with ${name} over one NIC`, measured: `${Math.round(nsPerUnit)} ns`, against: '10 transfers', ratio: `${growth.toFixed(2)}×`, goal: '', met: null });
}

// A transfer is a few events per part, whatever its size: 5 GB over a gigabit take 43 s.
const transfer = createTransfer(5_000_000_000);
let seconds = 0;
const cpu = cpuSeconds(() => {
  seconds = transfer();
});
console.log(`\n5 GB in ${seconds.toFixed(1)} virtual s took ${cpu.toFixed(2)} s of CPU`);

function createTransfer(total: number): () => number {
  const kernel = createKernel();
  const link = { latency: { kind: 'constant', us: 500 }, bytesPerS: GBIT, lossPpm: 0, socketBufferBytes: 4_194_304 } as const;
  const network = createNetwork(kernel, createStreams('1'), link, { tell: () => {}, detail: () => {} });
  let sent = 0;
  let credit = 0;
  let received = 0;
  const pour = (endpoint: Endpoint): void => {
    const bytes = Math.min(credit, total - sent);
    if (bytes === 0) return;
    network.send(endpoint, { payload: null, from: sent, to: sent + bytes }, 0);
    credit -= bytes;
    sent += bytes;
  };
  const events: SocketEvents = {
    accepted: () => {},
    connected(endpoint, bytes) {
      credit = bytes;
      pour(endpoint);
    },
    connectFailed: () => {},
    received(_, piece) {
      received += piece.to - piece.from;
    },
    drained(endpoint, bytes) {
      credit += bytes;
      pour(endpoint);
    },
    closed: () => {},
  };
  network.listen(network.addProcess(network.addHost('b', '10.0.0.2'), events), 6379);
  network.connect(network.addProcess(network.addHost('a', '10.0.0.1'), events), '10.0.0.2', 6379, 0);
  return () => {
    kernel.advance(Infinity, Infinity);
    if (received !== total) throw new Error(`${received} of ${total} bytes came`);
    return kernel.nowUs / 1e6;
  };
}
