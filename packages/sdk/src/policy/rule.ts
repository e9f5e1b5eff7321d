/** A rule, compiled: a shared monitor program and what is done when it says no. */
import type { MonitorProgram } from '@midstream/core';

/** What a rule does at a violation, with everything it needs. */
export type RuleAction =
  | { readonly type: 'pass' }
  | { readonly type: 'cut' }
  | { readonly type: 'redact'; readonly text: string }
  | { readonly type: 'alert'; readonly severity: 'info' | 'warning' | 'critical' }
  | {
      readonly type: 'hold';
      readonly until: string;
      readonly limit: number;
      readonly otherwise: 'release' | 'cut';
    };

/** A rule, ready to run. */
export interface Rule {
  readonly id: string;
  readonly program: MonitorProgram;
  /** The propositions of its formula. */
  readonly propositions: ReadonlySet<string>;
  readonly action: RuleAction;
  /** What a person is told. */
  readonly message: string;
}
