/** A load test that never comes to its report: `unfinished-program.ts HOW`. */
import { LastWord } from '../last-word.ts';
import { parseFlags } from '../parse-flags.ts';

void new LastWord(parseFlags(['--bots', '7', '--json']));
const how = process.argv[2];
if (how === 'exits') process.exit(130);
if (how === 'fails') throw new Error('a fault of ours');
await new Promise(() => {}); // nothing is left that could settle it
