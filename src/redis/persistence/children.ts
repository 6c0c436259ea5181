/**
 * Forked children: starting one, noticing that it ended, and what follows (server.c: checkChildrenDone).
 */
import { bgsaveDone, startPendingFork } from '../replication/master/bgsave.ts';
import type { ChildOutcome } from '../inputs.ts';
import { closeClient } from '../networking.ts';
import type { RdbPipe, Server } from '../server.ts';
import { startIncrement } from './aof.ts';
import { aofRewriteDone } from './append-only.ts';
import { currentImage } from './save.ts';
import type { RdbImage } from './rdb.ts';

type Reason = 'sync' | 'save-points' | 'command';

/** rdb.c: rdbSaveBackground, rdbSaveToSlavesSockets. The data are those of this instant, whatever is written later. */
export function forkRdbChild(server: Server, target: 'disk' | 'socket', reason: Reason, makePipe: ((image: RdbImage) => RdbPipe) | null, channel: 'rdb' | null = null): void {
  const image = currentImage(server);
  const pipe = makePipe === null ? null : makePipe(image);
  server.lastBgsaveTryS = server.unixtime;
  server.child = { type: 'rdb', target, reason, image, dirtyAtFork: server.dirty, exited: null, pipe };
  server.ports.tell({ kind: 'bgsave-started', reason, target, bytes: image.size, offset: server.replication.masterReplOffset, ...(channel === null ? {} : { channel }) });
  const delayUs = Math.max(server.config['rdb-key-save-delay'], 0) * image.snapshot.keys;
  const sockets = pipe?.by === 'child'
    ? { connections: pipe.targets.map(({ fd, credit }) => ({ fd, credit })), header: pipe.header, mark: pipe.mark, timeoutUs: server.config['repl-timeout'] * 1_000_000 }
    : null;
  server.ports.fork({ type: 'rdb', target, image, bytes: pipe?.total ?? image.size, delayUs, sockets });
}

/** aof.c: rewriteAppendOnlyFileBackground */
export function forkAofRewrite(server: Server): void {
  const image = currentImage(server);
  const tailAtFork = server.aof.file === null ? 0 : startIncrement(server.aof.file);
  server.child = { type: 'aof-rewrite', image, tailAtFork, exited: null };
  server.ports.fork({ type: 'aof-rewrite', bytes: image.size });
}

/** The kernel says that the child ended; Redis notices at its next cron. */
export function onChildExited(server: Server, outcome: ChildOutcome): void {
  if (server.child !== null) server.child.exited = outcome;
}

export function onForkFailed(server: Server): void {
  if (server.child === null) return;
  server.child.exited = 'error';
  reapChild(server);
}

/** server.c: checkChildrenDone. Does nothing while the child is at work. */
export function reapChild(server: Server): void {
  const child = server.child;
  if (child === null || child.exited === null) return;
  server.child = null;
  if (child.type === 'aof-rewrite') {
    aofRewriteDone(server, child.image, child.tailAtFork, child.exited === 'ok');
  } else {
    const ok = child.exited === 'ok';
    if (child.target === 'disk') {
      if (ok) {
        server.dirty -= Math.min(child.dirtyAtFork, server.dirty);
        server.lastSaveS = server.unixtime;
        server.disk.rdb = child.image;
        server.ports.putRdb(child.image);
      }
      // Our own signal is no failure.
      if (child.exited !== 'killed') server.lastBgsaveOk = ok;
    }
    server.ports.tell({
      kind: 'bgsave-ended', reason: child.reason, target: child.target, outcome: child.exited,
      replicasStillUp: child.pipe?.by === 'child' ? -1 : (child.pipe?.targets.length ?? 0),
    });
    if (ok && child.pipe !== null) for (const client of child.pipe.failed) closeClient(server, client, 'bgsave-failed');
    bgsaveDone(server, ok, child.target);
  }
  // Up to 6.0 only the end of a save starts the next one; after a rewrite the cron does.
  if (child.type === 'rdb' || server.profile.bgsave.afterAnother === 'after-the-delay') startPendingFork(server, true);
}
