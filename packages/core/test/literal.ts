/**
 * A naive literal analyser and small policies, written from the definitions, for tests of the
 * spine.
 */
import type { Action, Analyser, Finding, Policy, StreamEvent } from '@midstream/core';
import { trackOf } from '@midstream/core';

export function literalAnalyser(
  patterns: readonly string[],
  hold = true,
  name = 'literal',
): Analyser {
  const texts = new Map<string, string>();
  const ended = new Set<number>();
  let over = false;
  const analyser: Analyser = {
    name,
    propositions: patterns.map((pattern) => `has ${pattern}`),
    push(events: readonly StreamEvent[], findings: Finding[]): void {
      for (const event of events) {
        if (event.type === 'choice-end') ended.add(event.choice);
        if (event.type === 'stream-end') over = true;
        if (event.type !== 'text-delta') continue;
        const track = trackOf(event);
        for (const unit of event.text.split('')) {
          const text = (texts.get(track) ?? '') + unit;
          texts.set(track, text);
          for (const pattern of patterns) {
            if (!text.endsWith(pattern)) continue;
            const span = { track, start: text.length - pattern.length, end: text.length };
            findings.push({
              id: `${name}/${pattern}/${track}/${span.start}-${span.end}`,
              proposition: `has ${pattern}`,
              analyser: name,
              choice: event.choice,
              span,
              events: { first: event.sequence, last: event.sequence },
              time: event.time,
              held: hold,
              message: `A literal of ${pattern.length} units`,
            });
          }
        }
      }
    },
    reset(): void {
      texts.clear();
      ended.clear();
      over = false;
    },
  };
  if (!hold) return analyser;
  return {
    ...analyser,
    holdFrom(track) {
      const text = texts.get(track) ?? '';
      if (over || ended.has(Number(track.split('/')[1]))) return undefined;
      for (let from = 0; from < text.length; from++) {
        const tail = text.slice(from);
        if (patterns.some((p) => p.length > tail.length && p.startsWith(tail))) return from;
      }
      return undefined;
    },
  };
}

/** What a test rule wants for a proposition. */
export type Wanted =
  | { type: 'redact'; text: string }
  | { type: 'cut' }
  | { type: 'alert' }
  | { type: 'hold'; limit: number; otherwise: 'release' | 'cut' }
  | { type: 'release'; rule: string };

/** Acts on every finding by its proposition, rules in the order given. */
export function table(rules: Readonly<Record<string, Wanted>>): Policy {
  const names = Object.keys(rules);
  const act = (finding: Finding): Action[] => {
    const wanted = rules[finding.proposition];
    if (wanted === undefined) return [];
    const { choice, time, span } = finding;
    const base = { rule: finding.proposition, finding, choice, time, message: 'test' };
    const precedence = names.indexOf(finding.proposition);
    switch (wanted.type) {
      case 'redact':
        return span ? [{ type: 'redact', ...base, span, text: wanted.text, precedence }] : [];
      case 'cut': {
        const offset = finding.held ? span?.start : span?.end;
        const position = span === null ? null : { track: span.track, offset: offset ?? 0 };
        return [{ type: 'cut', ...base, position }];
      }
      case 'alert':
        return [{ type: 'alert', ...base, severity: 'warning' }];
      case 'hold':
        return span
          ? [
              {
                ...base,
                type: 'hold',
                track: span.track,
                from: span.start,
                limit: wanted.limit,
                otherwise: wanted.otherwise,
              },
            ]
          : [];
      case 'release':
        return [{ type: 'release', ...base, rule: wanted.rule }];
    }
  };
  return {
    name: 'table',
    start: () => ({
      step: (findings) =>
        [...findings]
          .sort((a, b) => names.indexOf(a.proposition) - names.indexOf(b.proposition))
          .flatMap(act),
      end: () => [],
      snapshot: () => null,
      restore: () => undefined,
    }),
  };
}

/** The text that left, by track. */
export function textOf(events: readonly StreamEvent[], track = 'text/0'): string {
  return events
    .map((event) => (event.type === 'text-delta' && trackOf(event) === track ? event.text : ''))
    .join('');
}
