/**
 * Makes events with increasing sequence numbers and the clock's time: what every source is built
 * on.
 */
import type {
  ChoiceEnd,
  Gap,
  Sample,
  StreamEnd,
  StreamFailure,
  StreamStart,
  TextChannel,
  TextDelta,
  Tick,
  ToolEnd,
  ToolStart,
  Usage,
} from './events.ts';
import type { Clock } from './seams/clock.ts';
import type { Millis } from './units.ts';

/** What a text delta may say besides its text. */
export interface TextOptions {
  readonly channel?: TextChannel;
  readonly choice?: number;
  readonly call?: string;
  readonly logprob?: number;
  readonly tokens?: number;
}

/** Writes events, one source's worth. Sequence numbers begin at 1. */
export class EventWriter {
  readonly #clock: Pick<Clock, 'now'>;
  #sequence = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  #stamp(choice = 0): { sequence: number; time: Millis; choice: number } {
    this.#sequence += 1;
    return { sequence: this.#sequence, time: this.#clock.now(), choice };
  }

  start(model?: string): StreamStart {
    const base = { type: 'stream-start', channel: 'control', ...this.#stamp() } as const;
    return model === undefined ? base : { ...base, model };
  }

  text(text: string, options: TextOptions = {}): TextDelta {
    const { channel = 'text', choice, ...rest } = options;
    return { type: 'text-delta', channel, text, ...rest, ...this.#stamp(choice) };
  }

  toolStart(call: string, name: string, choice?: number): ToolStart {
    return { type: 'tool-start', channel: 'tool', call, name, ...this.#stamp(choice) };
  }

  toolEnd(call: string, choice?: number): ToolEnd {
    return { type: 'tool-end', channel: 'tool', call, ...this.#stamp(choice) };
  }

  sample(name: string, value: number, channel: 'series' | 'media' = 'series'): Sample {
    return { type: 'sample', channel, name, value, ...this.#stamp() };
  }

  choiceEnd(reason: string, choice?: number): ChoiceEnd {
    return { type: 'choice-end', channel: 'control', reason, ...this.#stamp(choice) };
  }

  usage(inputTokens: number, outputTokens: number): Usage {
    return { type: 'usage', channel: 'control', inputTokens, outputTokens, ...this.#stamp() };
  }

  tick(): Tick {
    return { type: 'tick', channel: 'control', ...this.#stamp() };
  }

  gap(lost: number, reason: string): Gap {
    return { type: 'gap', channel: 'control', lost, reason, ...this.#stamp() };
  }

  failure(code: string, message: string): StreamFailure {
    return { type: 'stream-failure', channel: 'control', code, message, ...this.#stamp() };
  }

  end(): StreamEnd {
    return { type: 'stream-end', channel: 'control', ...this.#stamp() };
  }
}
