/**
 * `npm start`: makes the clone ready, then becomes `midstream start` with all further arguments.
 * The product runs in this very process, so that signals and the exit code are its own.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main, ready } from './lib/ready.mjs';
import { root } from './lib/root.mjs';

main(async () => {
  await ready();
  const program = join(root, 'apps/midstream/bin/midstream.js');
  process.argv.splice(1, 1, program, 'start');
  await import(pathToFileURL(program).href);
});
