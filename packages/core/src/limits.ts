/**
 * Every bound in the system is a {@link Limit}: a name, a default, a unit and a sentence that says
 * what happens when it is reached. `docs/limits.md` is written from these by a script.
 */
export interface Limit {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What happens at the limit, as a sentence. */
  readonly consequence: string;
}

const limit = (name: string, value: number, unit: string, consequence: string): Limit =>
  Object.freeze({ name, value, unit, consequence });

/** The limits of `core`. */
export const LIMITS = {
  queueEvents: limit(
    'queueEvents',
    10_000,
    'events',
    'Further events are dropped and counted; the consumer reads one gap event in their place.',
  ),
  queueBytes: limit(
    'queueBytes',
    8_388_608,
    'bytes of text and audio',
    'As for queueEvents, whichever is reached first.',
  ),
  batchEvents: limit(
    'batchEvents',
    1_024,
    'events in one batch',
    'A queue hands out at most this many at once; the rest comes in the next batch.',
  ),
  heldCharacters: limit(
    'heldCharacters',
    65_536,
    'UTF-16 units held on one track',
    'The choice is cut with the reason "hold-limit": what cannot be judged does not leave.',
  ),
  heldEvents: limit(
    'heldEvents',
    65_536,
    'events held on one track',
    'As for heldCharacters: bounds deltas without text behind text that waits.',
  ),
  choices: limit(
    'choices',
    128,
    'choices in one session',
    'An event of a further choice is refused with session/limit.',
  ),
  tracks: limit(
    'tracks',
    1_024,
    'tracks in one session',
    'A further track fails the session closed: every choice is cut where it stands.',
  ),
  ringEvents: limit(
    'ringEvents',
    4_096,
    'records kept of one session',
    'The oldest are forgotten; a reader that asks for them gets a gap record first.',
  ),
} as const satisfies Record<string, Limit>;
