/**
 * Runs the analysers of a session on a batch, skipping those the dispatcher refuses, never
 * silently.
 */
import { MidstreamError } from '../errors.ts';
import { type Gap, type StreamEvent, type TextDelta, type TrackId, trackOf } from '../events.ts';
import type { Finding } from '../findings.ts';
import type { Analyser } from '../seams/analyser.ts';
import type { Dispatcher } from '../seams/dispatcher.ts';

/** The proposition of a finding that says an analyser did not see a batch. */
export const ANALYSER_SKIPPED = 'analyser-skipped';

/** What an analyser was not given since it last ran. */
interface Missed {
  readonly first: StreamEvent;
  lost: number;
  /** How much text, by track. */
  readonly units: Map<TrackId, number>;
}

/** The analysers of one session. */
export class AnalyserRunner {
  readonly #analysers: readonly Analyser[];
  readonly #holding: readonly Analyser[];
  readonly #dispatcher: Dispatcher;
  readonly #missed: Map<Analyser, Missed> = new Map();

  constructor(analysers: readonly Analyser[], dispatcher: Dispatcher) {
    const names = new Set(analysers.map((analyser) => analyser.name));
    if (names.size !== analysers.length) {
      throw new MidstreamError('argument/invalid', 'Cannot use two analysers of the same name');
    }
    this.#analysers = analysers;
    this.#holding = analysers.filter((analyser) => analyser.holdFrom !== undefined);
    this.#dispatcher = dispatcher;
  }

  /** Every finding of the batch, in no particular order. */
  run(batch: readonly StreamEvent[]): Finding[] {
    const findings: Finding[] = [];
    for (const analyser of this.#analysers) {
      const work = {
        analyser: analyser.name,
        events: batch.length,
        essential: analyser.holdFrom !== undefined,
      };
      if (work.essential || this.#dispatcher.admit(work)) {
        analyser.push(this.#withGap(analyser, batch), findings);
      } else {
        this.#skip(analyser, batch, findings);
      }
    }
    return findings;
  }

  /** The least position on a track that some forming match may still cover. */
  holdFrom(track: string): number {
    let from = Number.POSITIVE_INFINITY;
    for (const analyser of this.#holding) {
      from = Math.min(from, analyser.holdFrom?.(track) ?? Number.POSITIVE_INFINITY);
    }
    return from;
  }

  #withGap(analyser: Analyser, batch: readonly StreamEvent[]): readonly StreamEvent[] {
    const missed = this.#missed.get(analyser);
    if (missed === undefined) return batch;
    this.#missed.delete(analyser);
    const gap: Gap = {
      type: 'gap',
      channel: 'control',
      sequence: missed.first.sequence,
      time: missed.first.time,
      choice: missed.first.choice,
      lost: missed.lost,
      ...(missed.units.size > 0 && { units: Object.fromEntries(missed.units) }),
      reason: 'Skipped at overload',
    };
    return [gap, ...batch];
  }

  #skip(analyser: Analyser, batch: readonly StreamEvent[], findings: Finding[]): void {
    const first = batch[0];
    const last = batch[batch.length - 1];
    if (first === undefined || last === undefined) return;
    const missed = this.#missed.get(analyser) ?? { first, lost: 0, units: new Map() };
    missed.lost += batch.length;
    for (const event of batch) if (event.type === 'text-delta') count(missed.units, event);
    this.#missed.set(analyser, missed);
    findings.push({
      id: `${analyser.name}/${ANALYSER_SKIPPED}/${first.sequence}`,
      proposition: ANALYSER_SKIPPED,
      analyser: analyser.name,
      choice: 0,
      span: null,
      events: { first: first.sequence, last: last.sequence },
      time: last.time,
      held: false,
      message: `The analyser ${analyser.name} did not see ${batch.length} events: overload`,
      evidence: { analyser: analyser.name, events: batch.length },
    });
  }
}

function count(units: Map<TrackId, number>, event: TextDelta): void {
  if (event.text.length === 0) return;
  const track = trackOf(event);
  units.set(track, (units.get(track) ?? 0) + event.text.length);
}
