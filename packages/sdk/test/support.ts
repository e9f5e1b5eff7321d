/** Shared by the tests: a session over a policy, and its whole outcome. */
import { EventWriter, Session, type StreamEvent } from '@midstream/core';
import { SimulatedClock } from '@midstream/core/simulation';
import { type CompiledPolicy, parsePolicy } from '@midstream/sdk';

export interface Outcome {
  readonly text: string;
  readonly reason: string | undefined;
  readonly actions: readonly string[];
}

/** `rule:type` of each action, with the span or position it is about. */
export function runThrough(
  policy: CompiledPolicy,
  batches: readonly (readonly StreamEvent[])[],
): Outcome {
  const session = new Session(policy.open());
  let text = '';
  let reason: string | undefined;
  const actions: string[] = [];
  for (const batch of batches) {
    if (session.closed) break;
    const result = session.push(batch);
    for (const event of result.released) {
      if (event.type === 'text-delta') text += event.text;
      if (event.type === 'choice-end') reason = event.reason;
    }
    for (const action of result.actions) {
      const span = action.finding?.span;
      const where = span ? `@${span.start}-${span.end}` : '';
      actions.push(`${action.rule}:${action.type}${where}`);
    }
  }
  return { text, reason, actions };
}

/** A stream of one choice: the text, its end, the stream's end. */
export function streamOf(...texts: readonly string[]): StreamEvent[] {
  const write = new EventWriter(new SimulatedClock());
  return [...texts.map((text) => write.text(text)), write.choiceEnd('stop'), write.end()];
}

export const outcomeOf = (yaml: string, ...texts: readonly string[]): Outcome =>
  runThrough(parsePolicy(yaml), [streamOf(...texts)]);

/** A policy with the given propositions and rules, as YAML flow. */
export const policyOf = (propositions: string, rules: string): string =>
  `version: 1\nname: test\npropositions:\n${indent(propositions)}\nrules:\n${indent(rules)}\n`;

const indent = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `  ${line.trim()}`)
    .join('\n');
