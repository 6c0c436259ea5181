/** PUBLISH: changes no data, but enters the stream always, so that subscribers of replicas hear it (pubsub.c). */
import { command, type CommandSpec } from './command.ts';
import { integer } from './replies.ts';

export const PUBSUB_COMMANDS: readonly CommandSpec[] = [
  command('publish', 3, ['pubsub', 'loading', 'stale', 'fast', 'mayReplicate'], null, (ctx, argv) => {
    ctx.forcePropagation('replicas');
    return integer(ctx.publish(argv[1]!, argv[2]!));
  }),
];
