/**
 * Connects what happens to what is counted: hub records and gateway telemetry into {@link Metrics}.
 */
import type { SessionRecord, SessionSummary } from '@midstream/core';
import type { GatewayTelemetry, SessionHub } from '@midstream/sdk';
import type { Metrics } from './metrics.ts';

/** Counts what sessions find and decide, from now on. */
export function measureHub(hub: SessionHub, metrics: Metrics): Disposable {
  metrics.gauge(
    'midstreamer_sessions_open',
    'Sessions that are open now',
    () => hub.list().filter(({ state }) => state === 'open').length,
  );
  const followed = new Map<string, Disposable>();
  const forget = (id: string): void => {
    followed.get(id)?.[Symbol.dispose]();
    followed.delete(id);
  };
  const follow = ({ id, state }: SessionSummary): void => {
    if (followed.has(id) || state !== 'open') return;
    const subscription = hub.subscribe(id, 0, (record) => {
      count(record, metrics);
      if (record.type === 'closed') forget(id);
    });
    followed.set(id, subscription);
  };
  const watch = hub.watch(follow);
  return {
    [Symbol.dispose]: () => {
      watch[Symbol.dispose]();
      for (const id of [...followed.keys()]) forget(id);
    },
  };
}

function count(record: SessionRecord, metrics: Metrics): void {
  switch (record.type) {
    case 'finding': {
      const { proposition, analyser } = record.finding;
      metrics.patternMatches.add(1, { proposition, analyser });
      break;
    }
    case 'action': {
      const { type, rule } = record.action;
      metrics.actions.add(1, { type, rule: rule ?? 'session' });
      break;
    }
    case 'arrived':
      if (record.track !== null) metrics.deltas.add(1);
      break;
    case 'closed':
      metrics.tokensSaved.add(record.summary.cut?.tokensSaved ?? 0);
      break;
    case 'opened':
    case 'released':
    case 'held':
    case 'forgotten':
      break;
  }
}

/** Counts what the gateway does. */
export function measureGateway(event: GatewayTelemetry, metrics: Metrics): void {
  switch (event.type) {
    case 'request-started':
      break;
    case 'first-delta':
      metrics.firstChunk.record(event.after / 1e9);
      break;
    case 'deltas':
      metrics.deltaLatency.record(event.took / 1e9);
      break;
    case 'request-ended':
      metrics.requests.add(1, { status: String(event.status), outcome: event.outcome });
      metrics.duration.record(event.took / 1e9);
      break;
    case 'request-refused':
      metrics.requests.add(1, { status: String(event.status), outcome: 'refused' });
      break;
  }
}
