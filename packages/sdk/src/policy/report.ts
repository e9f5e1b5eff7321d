/** What loading a policy found out about it: plain JSON, for people and faces. */
import type { TextChannel } from '@midstream/core';
import type { RuleActionName } from './source.ts';

/** Whether the event that violates a rule can be kept from leaving. */
export type Enforcement = 'enforced' | 'reported';

/** One rule, judged. */
export interface RuleReport {
  readonly id: string;
  /** In canonical spelling. */
  readonly formula: string;
  readonly action: RuleActionName;
  /** The rule's own message; `null` when it has none. */
  readonly message: string | null;
  readonly enforcement: Enforcement;
  /** Why, as a sentence. */
  readonly reason: string;
}

/** One proposition, and what watching it costs. */
export interface PropositionReport {
  readonly name: string;
  readonly kind: 'pattern' | 'repetition' | 'stall';
  /** The channels watched; empty for a stall, which is not about text. */
  readonly channels: readonly TextChannel[];
  /** Whether text waits while it may still become a match. */
  readonly holds: boolean;
  /** The most that waits, in UTF-16 units. */
  readonly maximumHold: number;
}

/** What is known of a loaded policy. */
export interface PolicyReport {
  readonly rules: readonly RuleReport[];
  readonly propositions: readonly PropositionReport[];
  /** What is allowed and probably not meant, one sentence each. */
  readonly warnings: readonly string[];
}
