/**
 * The contract of `seams/analyser.ts`. Not in reach of a suite: the stated bound of memory over a
 * long stream, which each analyser's own tests look at.
 */
import { type StreamEvent, type TextDelta, trackOf } from '../events.ts';
import type { Finding } from '../findings.ts';
import { seededRandom } from '../random.ts';
import type { Analyser } from '../seams/analyser.ts';
import { rechunk } from '../simulation/rechunk.ts';
import {
  type ConformanceCase,
  check,
  checkEqual,
  deepFreeze,
  isJson,
  same,
} from './conformance.ts';
import { sampleStream } from './sample-streams.ts';

/** What the analyser is tried on. */
export interface AnalyserSuiteOptions {
  /** Pieces of text that make it find something; the suite fails when it never does. */
  readonly texts: readonly string[];
  /** How many streams. Default 30. */
  readonly streams?: number;
}

/** Cases for an analyser. `make` gives a new one of the same options at each call. */
export function analyserSuite(
  make: () => Analyser,
  options: AnalyserSuiteOptions,
): readonly ConformanceCase[] {
  const streams = Array.from({ length: options.streams ?? 30 }, (_, seed) =>
    sampleStream(seededRandom(seed), options.texts),
  );
  const each = (run: (stream: readonly StreamEvent[], seed: number) => void) => () => {
    for (const [seed, stream] of streams.entries()) run(stream, seed);
  };
  const one = (name: string, run: () => void): ConformanceCase => ({
    name: `analyser: ${name}`,
    run,
  });
  return [
    one('finds something in what it was given, under its own name', () => {
      const findings = streams.flatMap((stream) => read(make(), [stream]));
      check(findings.length > 0, 'it finds nothing in any stream');
      declared(make(), findings);
    }),
    one(
      'changes no event',
      each((stream) => unchanged(make(), stream)),
    ),
    one(
      'one batch of N events gives the findings of N batches of one',
      each((stream) => {
        const single = stream.map((event) => [event]);
        checkEqual(sorted(read(make(), single)), sorted(read(make(), [stream])), 'findings differ');
      }),
    ),
    one(
      'how text is cut changes nothing but the event numbers',
      each((stream, seed) => {
        const recut = rechunk(stream, seededRandom(1_000 + seed));
        checkEqual(uncut(read(make(), recut)), uncut(read(make(), [stream])), 'findings differ');
      }),
    ),
    one(
      'the same events give the same findings; reset() equals a new one',
      each((stream, seed) => {
        const used = make();
        const expected = read(make(), [stream]);
        read(used, [(streams[(seed + 1) % streams.length] ?? stream).slice(0, -3)]);
        used.reset();
        checkEqual(read(used, [stream]), expected, 'findings after reset() differ');
      }),
    ),
    one('survives nothing, emptiness and what it never heard of', () => survives(make())),
    one(
      'ids are unique and findings are plain JSON about text that was read',
      each((stream) => wellFormed(make(), stream)),
    ),
    one(
      'asks for nothing back that it let go',
      each((stream) => holdsExactly(make(), stream)),
    ),
    one(
      'holds nothing of a choice that has ended, nor of a stream',
      each((stream) => letsGo(make(), stream)),
    ),
  ];
}

function read(analyser: Analyser, batches: readonly (readonly StreamEvent[])[]): Finding[] {
  const findings: Finding[] = [];
  for (const batch of batches) analyser.push(batch, findings);
  return findings;
}

const sorted = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => (a.id < b.id ? -1 : 1));

const uncut = (findings: readonly Finding[]): Omit<Finding, 'events'>[] =>
  sorted(findings).map(({ events: _numbers, ...rest }) => rest);

function declared(analyser: Analyser, findings: readonly Finding[]): void {
  check(analyser.name.length > 0, 'its name is empty');
  const { propositions } = analyser;
  check(new Set(propositions).size === propositions.length, 'a proposition is declared twice');
  for (const { analyser: name, proposition } of findings) {
    checkEqual(name, analyser.name, 'a finding has another analyser');
    check(propositions.includes(proposition), `proposition "${proposition}" was not declared`);
  }
}

function unchanged(analyser: Analyser, stream: readonly StreamEvent[]): void {
  const before = structuredClone(stream);
  read(analyser, [deepFreeze(structuredClone(stream))]);
  checkEqual(stream, before, 'an event was changed');
}

function survives(analyser: Analyser): void {
  checkEqual(read(analyser, [[]]), [], 'it finds something in nothing');
  checkEqual(analyser.holdFrom?.('text/0'), undefined, 'it holds what it has not read');
  checkEqual(analyser.holdFrom?.('no/such/track'), undefined, 'it holds an unknown track');
  const base = { sequence: 1, time: Number.NaN as StreamEvent['time'], choice: 3 };
  const odd: StreamEvent[] = [
    { type: 'choice-end', channel: 'control', reason: '', ...base, choice: 7 },
    { type: 'gap', channel: 'audio', lost: 1, reason: '', ...base },
    { type: 'gap', channel: 'control', lost: Number.NaN, reason: '', ...base },
    { type: 'text-delta', channel: 'text', text: '', ...base },
    { type: 'text-delta', channel: 'tool', text: '\udc00\ud800', ...base },
    { type: 'sample', channel: 'series', name: '', value: Number.NaN, ...base },
    { type: 'stream-failure', channel: 'control', code: '', message: '', ...base },
    { type: 'stream-end', channel: 'control', ...base },
  ];
  read(
    analyser,
    odd.map((event, index) => [{ ...event, sequence: index + 1 }]),
  );
  analyser.reset();
  analyser.reset();
}

function wellFormed(analyser: Analyser, stream: readonly StreamEvent[]): void {
  const lengths = new Map<string, number>();
  const ids = new Set<string>();
  for (const event of stream) {
    if (event.type === 'text-delta') lengthen(lengths, event);
    for (const finding of read(analyser, [[event]])) {
      const { id, span, events } = finding;
      check(!ids.has(id), `two findings have the id "${id}"`);
      ids.add(id);
      check(isJson(finding), `the finding "${id}" is not plain JSON`);
      checkEqual(events.last, event.sequence, `the event that completed "${id}"`);
      check(events.first <= events.last, `the finding "${id}" begins after its end`);
      checkEqual(finding.time, event.time, `the time of "${id}"`);
      if (span === null) continue;
      check(span.start >= 0 && span.start < span.end, `the span of "${id}" is empty or negative`);
      const length = lengths.get(span.track) ?? 0;
      check(span.end <= length, `the span of "${id}" ends in text that was not read`);
      check(Number(span.track.split('/')[1]) === finding.choice, `"${id}" is of another choice`);
    }
  }
}

function lengthen(lengths: Map<string, number>, event: TextDelta): void {
  const track = trackOf(event);
  lengths.set(track, (lengths.get(track) ?? 0) + event.text.length);
}

/** What has left can neither be held again nor be part of a finding that says it was held. */
function holdsExactly(analyser: Analyser, stream: readonly StreamEvent[]): void {
  const lengths = new Map<string, number>();
  const left = new Map<string, number>();
  for (const event of stream) {
    if (event.type === 'text-delta') lengthen(lengths, event);
    for (const { id, span, held } of read(analyser, [[event]])) {
      if (!held) continue;
      check(analyser.holdFrom !== undefined, `"${id}" was held by an analyser without holdFrom()`);
      check(span !== null && span.start >= (left.get(span.track) ?? 0), `part of "${id}" had left`);
    }
    if (event.type === 'choice-end' || event.type === 'stream-end') continue;
    for (const [track, length] of lengths) {
      const from = analyser.holdFrom?.(track) ?? length;
      check(from <= length && from >= 0, `holdFrom("${track}") lies outside the text`);
      check(from >= (left.get(track) ?? 0), `holdFrom("${track}") asks for text that has left`);
      left.set(track, from);
    }
  }
}

function letsGo(analyser: Analyser, stream: readonly StreamEvent[]): void {
  const tracks = new Map<string, number>();
  const ended = new Set<number>();
  for (const event of stream) {
    read(analyser, [[event]]);
    if (event.type === 'text-delta') tracks.set(trackOf(event), event.choice);
    if (event.type === 'choice-end') ended.add(event.choice);
    for (const [track, choice] of tracks) {
      if (!ended.has(choice) && event.type !== 'stream-end') continue;
      check(same(analyser.holdFrom?.(track), undefined), `it holds "${track}", which has ended`);
    }
  }
}
