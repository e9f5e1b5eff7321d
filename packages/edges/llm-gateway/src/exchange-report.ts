/** What one exchange tells whoever measures it. */
import { type Clock, type Nanos, nanos } from '@midstream/core';
import type { ChatRequest } from './chat-request.ts';
import type { ExchangeOutcome, GatewayTelemetry } from './telemetry.ts';

/** Where a report goes, and what it measures with. */
export interface ExchangeReportOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly onTelemetry: ((event: GatewayTelemetry) => void) | undefined;
}

/** The report of one exchange, from its first moment. */
export class ExchangeReport {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #tell: (event: GatewayTelemetry) => void;
  readonly #started: Nanos;
  #session = '';
  #heard = false;

  constructor({ clock, onTelemetry }: ExchangeReportOptions) {
    this.#clock = clock;
    this.#tell = onTelemetry ?? (() => {});
    this.#started = clock.monotonic();
  }

  started(session: string, request: ChatRequest): void {
    const { model, stream, choices } = request;
    this.#session = session;
    this.#tell({ type: 'request-started', session, model, stream, choices });
  }

  /**
   * A piece of the answer is going through: call what this returns when it has, with its deltas.
   */
  piece(): (deltas: number) => void {
    const start = this.#clock.monotonic();
    return (count) => {
      if (count === 0) return;
      const session = this.#session;
      const now = this.#clock.monotonic();
      if (!this.#heard) {
        this.#heard = true;
        this.#tell({ type: 'first-delta', session, after: nanos(start - this.#started) });
      }
      this.#tell({ type: 'deltas', session, count, took: nanos(now - start) });
    };
  }

  ended(how: { status: number; outcome: ExchangeOutcome; tokens: number }): void {
    const took = nanos(this.#clock.monotonic() - this.#started);
    this.#tell({ type: 'request-ended', session: this.#session, took, ...how });
  }
}
