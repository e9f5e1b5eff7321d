/**
 * What happens when whoever reads our output goes: `midstream batch | head -1` ends quietly, as
 * other programs do.
 */
import type { EventEmitter } from 'node:events';

/**
 * Ends the process when its standard output is closed at the other end, and lets it go on without
 * standard error.
 */
export function endWithReader(
  stdout: EventEmitter,
  stderr: EventEmitter,
  exit: (code: number) => void,
): void {
  const onError = (reading: () => void) => (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    reading();
  };
  stdout.on(
    'error',
    onError(() => exit(1)),
  );
  stderr.on(
    'error',
    onError(() => undefined),
  );
}
