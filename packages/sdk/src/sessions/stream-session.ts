/** A session as a program uses it: text in, text out, events where more is to be said. */
import type { Clock, HostedSession, PushResult, StreamEvent, TextOptions } from '@midstream/core';
import type { EventDraft } from './drafts.ts';

/** What a push gave, and the text of it that may leave. */
export interface StreamResult extends PushResult {
  /** The released text of channel `text` of all choices, joined. */
  readonly text: string;
}

/** An open session. */
export class StreamSession implements Disposable {
  readonly #hosted: HostedSession;
  readonly #clock: Clock;
  #sequence = 0;

  constructor(hosted: HostedSession, clock: Clock) {
    this.#hosted = hosted;
    this.#clock = clock;
  }

  get id(): string {
    return this.#hosted.id;
  }

  /** Whether nothing more is wanted: every choice has been cut or has ended. */
  get finished(): boolean {
    return this.#hosted.finished;
  }

  /**
   * Judges a piece of text, or events. Events may come with sequence number and time, or without
   * (drafts): then they are given. Throws `session/closed` after `end()`.
   */
  push(
    input: string | readonly (StreamEvent | EventDraft)[],
    options: TextOptions = {},
  ): StreamResult {
    return withText(
      this.#hosted.push(
        typeof input === 'string' ? [this.#text(input, options)] : this.#stamp(input),
      ),
    );
  }

  /** Ends the session; what no rule forbids is released. Idempotent. */
  end(reason: 'completed' | 'disconnected' | 'failed' = 'completed'): StreamResult {
    return withText(this.#hosted.close(reason));
  }

  [Symbol.dispose](): void {
    this.end('disconnected');
  }

  #text(text: string, { channel = 'text', choice = 0, ...rest }: TextOptions): StreamEvent {
    this.#sequence += 1;
    const time = this.#clock.now();
    return { type: 'text-delta', channel, choice, text, ...rest, sequence: this.#sequence, time };
  }

  #stamp(events: readonly (StreamEvent | EventDraft)[]): StreamEvent[] {
    return events.map((event): StreamEvent => {
      const sequence = 'sequence' in event ? event.sequence : this.#sequence + 1;
      const time = 'time' in event ? event.time : this.#clock.now();
      this.#sequence = Math.max(this.#sequence, Math.floor(sequence));
      return 'sequence' in event && 'time' in event ? event : { ...event, sequence, time };
    });
  }
}

function withText(result: PushResult): StreamResult {
  let text = '';
  for (const event of result.released) {
    if (event.type === 'text-delta' && event.channel === 'text') text += event.text;
  }
  return { ...result, text };
}
