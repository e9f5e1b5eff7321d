/**
 * Random policies over random streams, cut into batches at random: for "does not depend on how it
 * was cut".
 */
import {
  type Action,
  type Analyser,
  type Finding,
  type Policy,
  type Random,
  Session,
  type StreamEvent,
  seededRandom,
  trackOf,
} from '@midstream/core';
import { literalAnalyser } from './literal.ts';

type Rule =
  | { type: 'redact'; text: string }
  | { type: 'cut' | 'alert' | 'pass' }
  | { type: 'hold'; rule: string; limit: number; otherwise: 'release' | 'cut' }
  | { type: 'release'; rule: string };

/** One session to be: what sits on it and what flows through it. `time` numbers the events. */
export interface Scenario {
  readonly held: readonly string[];
  readonly loose: readonly string[];
  readonly rules: ReadonlyMap<string, Rule>;
  readonly choices: number;
  readonly cutsAtEnd: boolean;
  readonly stream: readonly StreamEvent[];
}

const CONTROL = ['tool-start', 'tool-end', 'usage', 'tick', 'gap', 'sample', 'choice-end'];
const OF_STREAM = new Set(['usage', 'tick', 'sample']);

const pick = <T>(random: Random, from: readonly T[]): T => from[random.integer(from.length)] as T;
const words = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.integer(3) }, () => pick(random, ['a', 'b', 'c'])).join(''),
  );

export function scenario(seed: number): Scenario {
  const random = seededRandom(seed);
  const held = [...new Set(words(random, 1 + random.integer(4)))];
  const loose = [...new Set(words(random, random.integer(3)))].filter((w) => !held.includes(w));
  const found = [...held, ...loose].map((word) => `has ${word}`);
  const rules = new Map<string, Rule>();
  for (const name of [...found, ...CONTROL]) {
    const rule = ruleFor(random, name, found);
    if (rule && (found.includes(name) || random.next() < 0.3)) rules.set(name, rule);
  }
  const choices = 1 + random.integer(3);
  const stream: StreamEvent[] = Array.from({ length: random.integer(20) }, (_, time) =>
    eventFor(random, time, choices),
  );
  stream.push({ type: 'stream-end', channel: 'control', choice: 0, time: 99 } as StreamEvent);
  return { held, loose, rules, choices, cutsAtEnd: random.next() < 0.3, stream };
}

function ruleFor(random: Random, name: string, found: readonly string[]): Rule | undefined {
  switch (random.integer(8)) {
    case 0:
    case 1:
      return { type: 'redact', text: pick(random, ['#', '', '<>']) };
    case 2:
    case 3: {
      const otherwise = pick(random, ['release', 'cut'] as const);
      const rule = pick(random, [name, 'shared']);
      return { type: 'hold', rule, limit: random.integer(8), otherwise };
    }
    case 4:
      return { type: 'release', rule: pick(random, [...found, 'shared']) };
    case 5:
      return random.next() < 0.5 ? { type: 'cut' } : undefined;
    default:
      return { type: pick(random, ['alert', 'pass'] as const) };
  }
}

function eventFor(random: Random, time: number, choices: number): StreamEvent {
  const units = ['a', 'b', 'c', 'a', 'b', ' ', '\ud83d', '\ude00'];
  const choice = random.integer(choices);
  if (random.next() < 0.65) {
    const channel = pick(random, ['text', 'text', 'reasoning', 'tool'] as const);
    const text = Array.from({ length: random.integer(9) }, () => pick(random, units)).join('');
    const call = channel === 'tool' ? { call: 'k' } : {};
    return { type: 'text-delta', channel, text, ...call, time, choice } as StreamEvent;
  }
  const type = pick(random, CONTROL);
  const about = OF_STREAM.has(type) ? 0 : choice;
  const all = { call: 'k', name: 'n', value: 1, lost: 1, reason: 'stop' };
  return { type, channel: 'control', ...all, time, choice: about } as unknown as StreamEvent;
}

/** The stream with its text cut otherwise, in batches: unit by unit, all at once, or at random. */
export function batchesOf(
  stream: readonly StreamEvent[],
  how: 'units' | 'whole' | number,
): StreamEvent[][] {
  const random = seededRandom(typeof how === 'number' ? how : 0);
  const chance = how === 'units' ? 1 : how === 'whole' ? 0 : random.next();
  const batches: StreamEvent[][] = [];
  let sequence = 0;
  for (const piece of stream.flatMap((event) => piecesOf(event, how, random))) {
    sequence += 1;
    const open = batches[batches.length - 1];
    if (open === undefined || random.next() < chance) batches.push([{ ...piece, sequence }]);
    else open.push({ ...piece, sequence });
  }
  return batches;
}

function piecesOf(event: StreamEvent, how: 'units' | 'whole' | number, random: Random) {
  if (event.type !== 'text-delta' || how === 'whole') return [event];
  const pieces: StreamEvent[] = [];
  for (let at = 0; at < event.text.length; ) {
    const length = how === 'units' ? 1 : random.integer(4);
    pieces.push({ ...event, text: event.text.slice(at, at + length) });
    at += length;
  }
  return pieces;
}

/** Finds every event that is not text, without a span, and holds nothing. */
function controlAnalyser(): Analyser {
  return {
    name: 'control',
    propositions: CONTROL,
    reset: () => undefined,
    push(events, findings) {
      for (const { type: proposition, sequence, time, choice } of events) {
        if (!CONTROL.includes(proposition)) continue;
        const base = { id: `control/${time}`, proposition, analyser: 'control', choice, time };
        const span = { span: null, events: { first: sequence, last: sequence } };
        findings.push({ ...base, ...span, held: false, message: proposition });
      }
    },
  };
}

function policyOf({ rules, cutsAtEnd }: Scenario): Policy {
  const order = [...rules.keys()];
  return {
    name: 'random',
    start: (choice) => {
      let seen = 0;
      return {
        step: (findings) => {
          seen += findings.length;
          return [...findings]
            .sort((a, b) => order.indexOf(a.proposition) - order.indexOf(b.proposition))
            .flatMap((finding) => act(finding, rules.get(finding.proposition), order));
        },
        end: (time) => {
          const base = { rule: 'end', finding: null, choice, time, message: `${seen} seen` };
          return cutsAtEnd && seen % 3 === 1
            ? [{ type: 'cut', position: null, ...base }]
            : [{ type: 'alert', severity: 'info', ...base }];
        },
        snapshot: () => null,
        restore: () => undefined,
      };
    },
  };
}

function act(finding: Finding, rule: Rule | undefined, order: readonly string[]): Action[] {
  if (rule === undefined) return [];
  const { choice, time, span, held, proposition } = finding;
  const base = { rule: proposition, finding, choice, time, message: '' };
  const from = held ? (span?.start ?? 0) : (span?.end ?? 0);
  switch (rule.type) {
    case 'redact': {
      const precedence = order.indexOf(proposition);
      return span && held ? [{ type: 'redact', ...base, span, text: rule.text, precedence }] : [];
    }
    case 'cut':
      return [{ type: 'cut', ...base, position: span && { track: span.track, offset: from } }];
    case 'hold':
      return span ? [{ ...base, ...rule, track: span.track, from }] : [];
    case 'release':
      return [{ ...base, ...rule }];
    case 'alert':
      return [{ type: 'alert', ...base, severity: 'warning' }];
    case 'pass':
      return [{ type: 'pass', ...base }];
  }
}

/**
 * What came out, without what may depend on the cutting: event numbers, the order across tracks.
 */
export function outcomeOf(what: Scenario, batches: readonly StreamEvent[][]) {
  const session = new Session({
    analysers: [
      literalAnalyser(what.held, true, 'held'),
      literalAnalyser(what.loose, false, 'loose'),
      controlAnalyser(),
    ],
    policy: policyOf(what),
    choices: what.choices,
  });
  const results = batches.map((batch) => session.push(batch));
  const released = results.flatMap((result) => [...result.released]);
  const text = new Map<string, string>();
  const others: string[] = [];
  for (const event of released) {
    if (event.type === 'text-delta') {
      const left = (text.get(trackOf(event)) ?? '') + event.text;
      if (left !== '') text.set(trackOf(event), left);
    } else if (event.type === 'tool-end') {
      others.push(`tool-end ${event.time} after ${(text.get(trackOf(event)) ?? '').length}`);
    } else if (event.type === 'choice-end') {
      others.push(`choice-end ${event.choice} ${event.reason} ${JSON.stringify(event.cutBy)}`);
    } else {
      others.push(`${event.type} ${event.time}`);
    }
  }
  const by = (choice: number) => ({
    findings: results.flatMap(({ findings }) =>
      findings.flatMap((finding) => (finding.choice === choice ? finding.id : [])),
    ),
    actions: results.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.choice === choice ? nameOf(action) : [])),
    ),
  });
  const judged = Array.from({ length: what.choices }, (_, choice) => by(choice));
  return { released, text, others: others.sort(), judged, failure: session.failure };
}

function nameOf(action: Action): string | [] {
  if (action.type === 'cancel-upstream') return [];
  const { time: _, finding, ...rest } = action;
  return JSON.stringify({ ...rest, finding: finding?.id });
}
