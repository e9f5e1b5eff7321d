/** Counts what goes through a session, exactly: what its summary says. */
import {
  type Action,
  type CutAction,
  type PushResult,
  type SessionSummary,
  type StreamEvent,
  trackOf,
} from '@midstream/core';

type Counts = { -readonly [K in keyof SessionSummary['counts']]: SessionSummary['counts'][K] };

/** The tokens of one choice. */
interface Tokens {
  total: number;
  /** How many had come when it was cut; `null` when it was not. */
  atToken: number | null;
}

/** The counts of one session. */
export class Tally {
  readonly #counts: Counts = {
    events: 0,
    tokens: 0,
    charactersIn: 0,
    charactersOut: 0,
    charactersHeld: 0,
    findings: 0,
    redactions: 0,
    alerts: 0,
  };
  readonly #budget: number | null;
  readonly #choices: Map<number, Tokens> = new Map();
  #cut: CutAction | null = null;

  constructor(budget: number | null) {
    this.#budget = budget;
  }

  /** Whether a choice was cut. */
  get wasCut(): boolean {
    return this.#cut !== null;
  }

  /** Events that were pushed, and what came of them. */
  count(events: readonly StreamEvent[], result: PushResult, held: number): void {
    const counts = this.#counts;
    for (const event of events) {
      counts.events += 1;
      if (event.type !== 'text-delta') continue;
      const tokens = event.tokens ?? 1;
      counts.tokens += tokens;
      counts.charactersIn += event.text.length;
      this.#tokensOf(event.choice).total += tokens;
    }
    for (const event of result.released) {
      if (event.type === 'text-delta') counts.charactersOut += event.text.length;
    }
    counts.charactersHeld = held;
    counts.findings += result.findings.length;
    for (const action of result.actions) this.#act(action, events);
  }

  /** The counts now. */
  get counts(): SessionSummary['counts'] {
    return { ...this.#counts };
  }

  /** The first cut, and what all cuts saved. */
  get cut(): SessionSummary['cut'] {
    if (this.#cut === null) return null;
    const { rule, message, choice } = this.#cut;
    const atToken = this.#tokensOf(choice).atToken ?? 0;
    return { rule, message, atToken, tokensSaved: this.#saved() };
  }

  #act(action: Action, events: readonly StreamEvent[]): void {
    if (action.type === 'redact') this.#counts.redactions += 1;
    if (action.type === 'alert') this.#counts.alerts += 1;
    if (action.type !== 'cut') return;
    this.#cut ??= action;
    const tokens = this.#tokensOf(action.choice);
    tokens.atToken ??= tokens.total - tokensAfter(events, action);
  }

  #tokensOf(choice: number): Tokens {
    let tokens = this.#choices.get(choice);
    if (tokens === undefined) {
      tokens = { total: 0, atToken: null };
      this.#choices.set(choice, tokens);
    }
    return tokens;
  }

  /** Tokens of the budget that the cut choices never generated. */
  #saved(): number | null {
    if (this.#budget === null) return null;
    let saved = 0;
    for (const { total, atToken } of this.#choices.values()) {
      if (atToken !== null) saved += Math.max(0, this.#budget - total);
    }
    return saved;
  }
}

/** The tokens of a choice that came after the event which completed the finding behind a cut. */
function tokensAfter(events: readonly StreamEvent[], { choice, finding }: CutAction): number {
  if (finding === null) return 0;
  let tokens = 0;
  for (const event of events) {
    if (event.type !== 'text-delta' || event.choice !== choice) continue;
    if (event.sequence > finding.events.last) tokens += event.tokens ?? 1;
  }
  return tokens;
}

/** What an event that arrived says of itself in a record. */
export function arrival(event: StreamEvent): {
  readonly characters: number;
  readonly tokens: number;
  readonly track: string | null;
  readonly logprob: number | null;
} {
  if (event.type !== 'text-delta') {
    return { characters: 0, tokens: 0, track: null, logprob: null };
  }
  return {
    characters: event.text.length,
    tokens: event.tokens ?? 1,
    track: trackOf(event),
    logprob: event.logprob ?? null,
  };
}
