/**
 * Structured logs on standard error: JSON lines for machines, short lines for a person at a
 * terminal.
 */
import { type Logger, pino } from 'pino';

/** A logger that never writes credentials. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: ['*.authorization', '*.apiKey', 'authorization', 'apiKey', 'headers.authorization'],
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
