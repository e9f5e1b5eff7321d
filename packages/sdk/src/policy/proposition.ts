/** Propositions, compiled: what watches for each, made anew for every session. */
import {
  ANALYSER_LIMITS,
  type Pattern,
  PatternAnalyser,
  PatternSet,
  RepetitionAnalyser,
  StallAnalyser,
} from '@midstream/analysers';
import {
  type Analyser,
  messageOf,
  parseDuration,
  TEXT_CHANNELS,
  type TextChannel,
} from '@midstream/core';
import type { Problem } from '../problems.ts';
import { show } from '../problems.ts';
import type { PropositionReport } from './report.ts';
import type { PropositionSource } from './source.ts';

/** A proposition that has been understood. */
export type Proposition =
  | {
      readonly kind: 'pattern';
      readonly name: string;
      readonly patterns: readonly Pattern[];
      readonly channels: readonly TextChannel[];
    }
  | {
      readonly kind: 'repetition';
      readonly name: string;
      readonly channels: readonly TextChannel[];
      readonly make: () => Analyser;
    }
  | {
      readonly kind: 'stall';
      readonly name: string;
      readonly channels: readonly [];
      readonly make: () => Analyser;
    };

const KINDS = ['pattern', 'repetition', 'stall'] as const;
const NAME = /^[a-z][A-Za-z0-9_]{0,63}$/;
const REPETITION_CHANNELS: readonly TextChannel[] = ['text', 'reasoning', 'transcript'];

/** Reads one proposition; what is wrong with it goes to `problems`. */
export function readProposition(
  name: string,
  source: PropositionSource,
  problems: Problem[],
): Proposition | undefined {
  const path = ['propositions', name];
  const refuse = (message: string, key?: string): undefined => {
    problems.push({ path: key === undefined ? path : [...path, key], key: key ?? name, message });
    return undefined;
  };
  if (!NAME.test(name) || name === 'true' || name === 'false') {
    return refuse(
      `A proposition cannot be called ${show(name)}: a lower-case letter, then letters, digits ` +
        'and _ are wanted, at most 64, and not true or false',
    );
  }
  const [kind, second] = KINDS.filter((key) => source[key] !== undefined);
  if (kind === undefined)
    return refuse('It says nothing to look for: pattern, repetition or stall');
  if (second !== undefined)
    return refuse(`It is a ${kind} already: one of the two is wanted`, second);
  if (source.ignoreCase !== undefined && kind !== 'pattern') {
    return refuse('Only a pattern can ignore case', 'ignoreCase');
  }
  if (source.channels !== undefined && kind === 'stall') {
    return refuse('A stall is the silence of a whole choice: it has no channels', 'channels');
  }
  if (kind === 'pattern') {
    const { value, unit } = ANALYSER_LIMITS.patternUnits;
    const long = (source.pattern ?? []).findIndex((text) => text.length > value);
    if (long < 0) return patternOf(name, source);
    const message = `It is too long: at most ${value} ${unit}`;
    problems.push({ path: [...path, 'pattern', long], message });
    return undefined;
  }
  try {
    const proposition = kind === 'stall' ? stallOf(name, source) : repetitionOf(name, source);
    proposition.make();
    return proposition;
  } catch (thrown) {
    return refuse(messageOf(thrown), kind);
  }
}

function patternOf(name: string, source: PropositionSource): Proposition {
  const ignoreCase = source.ignoreCase ?? false;
  const patterns = (source.pattern ?? []).map((text) => ({ proposition: name, text, ignoreCase }));
  return { kind: 'pattern', name, patterns, channels: source.channels ?? TEXT_CHANNELS };
}

function stallOf(name: string, source: PropositionSource): Extract<Proposition, { kind: 'stall' }> {
  const after = parseDuration(source.stall ?? '');
  if (after === undefined) {
    throw new Error(`${show(source.stall)} is no duration: write it as "20s", "500ms" or "2 min"`);
  }
  const options = { name: `stall:${name}`, proposition: name, after };
  return { kind: 'stall', name, channels: [], make: () => new StallAnalyser(options) };
}

function repetitionOf(
  name: string,
  source: PropositionSource,
): Extract<Proposition, { kind: 'repetition' }> {
  const { repeats, minimum, wordlessMinimum, maximumPeriod } = source.repetition ?? {};
  const channels = source.channels ?? REPETITION_CHANNELS;
  const options = {
    name: `repetition:${name}`,
    proposition: name,
    channels,
    ...(repeats === undefined ? {} : { repeats }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(wordlessMinimum === undefined ? {} : { wordlessMinimum }),
    ...(maximumPeriod === undefined ? {} : { maximumPeriod }),
  };
  return { kind: 'repetition', name, channels, make: () => new RepetitionAnalyser(options) };
}

/** Patterns that are watched by one analyser: of the same channels, all held or none. */
interface PatternGroup {
  readonly name: string;
  readonly set: PatternSet;
  readonly channels: readonly TextChannel[];
  readonly hold: boolean;
}

/** The analysers of a policy. Pattern sets are compiled once and shared by all sessions. */
export class Watch {
  readonly #groups: readonly PatternGroup[];
  readonly #makers: readonly (() => Analyser)[];

  /** `held` names the propositions whose text must wait until it is judged. */
  constructor(propositions: readonly Proposition[], held: ReadonlySet<string>) {
    const grouped = new Map<string, Extract<Proposition, { kind: 'pattern' }>[]>();
    const makers: (() => Analyser)[] = [];
    for (const proposition of propositions) {
      if (proposition.kind === 'pattern') {
        const name = groupName(proposition.channels, held.has(proposition.name));
        grouped.set(name, [...(grouped.get(name) ?? []), proposition]);
      } else makers.push(proposition.make);
    }
    this.#groups = [...grouped].map(([name, members]) => ({
      name,
      set: new PatternSet(members.flatMap(({ patterns }) => patterns)),
      channels: members[0]?.channels ?? TEXT_CHANNELS,
      hold: held.has(members[0]?.name ?? ''),
    }));
    this.#makers = makers;
  }

  /** Fresh analysers for one session. */
  open(): Analyser[] {
    const patterns = this.#groups.map(
      ({ name, set, channels, hold }) =>
        new PatternAnalyser({ name, patterns: set, channels, hold }),
    );
    return [...patterns, ...this.#makers.map((make) => make())];
  }
}

function groupName(channels: readonly TextChannel[], hold: boolean): string {
  const sorted = TEXT_CHANNELS.filter((channel) => channels.includes(channel));
  const all = sorted.length === TEXT_CHANNELS.length;
  return `${hold ? 'held' : 'watched'}-patterns${all ? '' : `:${sorted.join('+')}`}`;
}

/** What a proposition costs, for the report. */
export function reportProposition(
  proposition: Proposition,
  held: ReadonlySet<string>,
): PropositionReport {
  const { name, kind, channels } = proposition;
  const holds = kind === 'pattern' && held.has(name);
  const longest =
    proposition.kind === 'pattern'
      ? Math.max(...proposition.patterns.map(({ text }) => text.length))
      : 1;
  return { name, kind, channels, holds, maximumHold: holds ? longest - 1 : 0 };
}
