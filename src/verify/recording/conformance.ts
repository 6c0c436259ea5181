/** `npm run conformance`: the command, in the real world. */
import { conformance } from './conformance-command.ts';
import { simulated } from './simulated.ts';

process.exitCode = conformance(process.argv.slice(2), simulated, (text) => console.log(text), (text) => console.error(text));
