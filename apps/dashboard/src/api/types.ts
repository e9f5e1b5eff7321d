/** The answers of the HTTP API that `core` has no type for. */

/** `GET /v1/status`. */
export interface ServerStatus {
  readonly version: string;
  readonly node: string;
  readonly uptimeSeconds: number;
  readonly upstream: {
    readonly kind: string;
    readonly url: string;
    readonly model: string | null;
    readonly state: 'ready' | 'starting' | 'down';
    readonly message?: string;
  };
  readonly demonstration: boolean;
}

/** One rule of a policy, as it was compiled. */
export interface RuleReport {
  readonly id: string;
  readonly formula: string;
  readonly action: string;
  readonly message: string;
  readonly enforcement: 'enforced' | 'reported';
  readonly reason: string;
}

/** What was learnt of a policy at load. */
export interface PolicyReport {
  readonly rules: readonly RuleReport[];
  readonly propositions: readonly {
    readonly name: string;
    readonly kind: string;
    readonly channels: readonly string[];
    readonly holds: boolean;
    readonly maximumHold: number;
  }[];
  readonly warnings: readonly string[];
}

/** One policy of `GET /v1/policies`. */
export interface PolicyEntry {
  readonly name: string;
  readonly source: string;
  readonly default: boolean;
  readonly report: PolicyReport;
}
