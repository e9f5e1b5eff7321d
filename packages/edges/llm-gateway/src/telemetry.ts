/** What the gateway tells whoever measures it. */
import type { Nanos } from '@midstream/core';

/** How an exchange ended. */
export type ExchangeOutcome = 'completed' | 'cut' | 'disconnected' | 'failed';

/** One measured fact. */
export type GatewayTelemetry =
  | {
      readonly type: 'request-started';
      readonly session: string;
      readonly model: string | null;
      readonly stream: boolean;
      readonly choices: number;
    }
  | {
      /** The first text of the answer came from upstream. */
      readonly type: 'first-delta';
      readonly session: string;
      /** Since the request was read. */
      readonly after: Nanos;
    }
  | {
      /** One piece of the upstream's answer went through: parsed, judged, written. */
      readonly type: 'deltas';
      readonly session: string;
      /** Text deltas in it. */
      readonly count: number;
      /** What all of that took: the latency that the gateway added to each of them. */
      readonly took: Nanos;
    }
  | {
      readonly type: 'request-ended';
      readonly session: string;
      readonly status: number;
      readonly outcome: ExchangeOutcome;
      readonly took: Nanos;
      /** Tokens that came from upstream, as far as can be counted. */
      readonly tokens: number;
    }
  | {
      /** A request that never became a session: malformed, refused by the host, too large. */
      readonly type: 'request-refused';
      readonly status: number;
      readonly code: string | null;
    };
