/** Numbers and states as a person says them. */
import type { SessionState, SessionSummary } from '@midstream/core';
import type { ChoiceView } from './view-model.ts';

const WHOLE: Intl.NumberFormat = new Intl.NumberFormat('en');

/** `1,234`. */
export const count = (value: number): string => WHOLE.format(Math.round(value));

/** `1 token`, `2 tokens`. */
export const many = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** What a state is called. */
export const STATE_NAMES: Readonly<Record<SessionState, string>> = {
  open: 'Live',
  completed: 'Completed',
  cut: 'Cut',
  disconnected: 'Disconnected',
  failed: 'Failed',
};

/** `now`, `12 s`, `3 min`, `2 h`, `5 d`. */
export function age(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `0.4 ms`, `34 ms`, `1.25 s`, `12 min`. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 60_000) return age(milliseconds);
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** The hour, to a tenth of a second. */
export function clockTime(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const tenth = Math.floor(date.getMilliseconds() / 100);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${tenth}`;
}

/** What is said of held text. */
export function heldInWords(characters: number, rules: readonly string[]): string {
  const held = `held back: ${many(characters, 'character')}`;
  if (rules.length === 0) return `${held}, a match may still be forming`;
  return `${held}, by ${rules.length === 1 ? 'rule' : 'rules'} ${rules.join(', ')}`;
}

/** Where a choice was cut and what that saved; the summary knows best where there is one choice. */
export interface Savings {
  readonly atToken: number;
  readonly budget: number | null;
  readonly saved: number | null;
}

/** The savings of one choice's cut; `null` when it was not cut. */
export function savingsOf(
  summary: SessionSummary | null,
  choice: ChoiceView | undefined,
): Savings | null {
  const budget = summary?.tokenBudget ?? null;
  if (summary?.cut != null && summary.choices === 1) {
    return { atToken: summary.cut.atToken, budget, saved: summary.cut.tokensSaved };
  }
  if (choice?.cut == null) return null;
  const atToken = choice.cutAtToken ?? choice.tokens;
  return { atToken, budget, saved: budget === null ? null : Math.max(0, budget - choice.tokens) };
}

/** `cut at token 121 of 400: 279 tokens never generated`. */
export function savingsInWords({ atToken, budget, saved }: Savings): string {
  const of = budget === null ? '' : ` of ${count(budget)}`;
  const rest = saved === null ? '' : `: ${many(saved, 'token')} never generated`;
  return `cut at token ${count(atToken)}${of}${rest}`;
}

/** Whether a session matches what was typed into the filter: every word, anywhere. */
export function matches(summary: SessionSummary, filter: string): boolean {
  const { label, model, policy, origin, state, id } = summary;
  const text = [label, model ?? '', policy, origin, STATE_NAMES[state], id]
    .join('\n')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
