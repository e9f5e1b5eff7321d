/**
 * Counters and histograms of the running server, kept by OpenTelemetry and read at `/metrics` in
 * the Prometheus text format. Names of generative-AI metrics follow the OpenTelemetry semantic
 * conventions.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Counter, Histogram, Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const DTW_BUCKETS_MS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
const DELTA_BUCKETS_S = [2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 5e-3, 0.02];
const STREAM_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What is measured. */
export class Metrics {
  readonly #exporter: PrometheusExporter = new PrometheusExporter({
    preventServerStart: true,
    withoutTargetInfo: true,
    withoutScopeInfo: true,
  });
  readonly #provider: MeterProvider = new MeterProvider({ readers: [this.#exporter] });
  readonly #meter: Meter = this.#provider.getMeter('midstream');

  readonly patternMatches: Counter = this.#counter(
    'midstreamer_pattern_matches',
    'Findings of all analysers, by proposition and analyser',
  );
  readonly actions: Counter = this.#counter(
    'midstreamer_actions',
    'What policies decided, by type and rule',
  );
  readonly deltas: Counter = this.#counter(
    'midstreamer_deltas',
    'Text deltas that passed through sessions',
  );
  readonly tokensSaved: Counter = this.#counter(
    'midstreamer_tokens_saved',
    'Tokens of known budgets that were never generated because of a cut',
  );
  readonly requests: Counter = this.#counter(
    'midstreamer_gateway_requests',
    'Requests to provider-shaped paths, by status',
  );
  readonly dtwLatency: Histogram = this.#meter.createHistogram('midstreamer_dtw_latency_ms', {
    description: 'Time to answer a DTW comparison, in milliseconds',
    advice: { explicitBucketBoundaries: DTW_BUCKETS_MS },
  });
  readonly deltaLatency: Histogram = this.#meter.createHistogram(
    'midstreamer_delta_latency_seconds',
    {
      description: 'Time from the bytes of a delta to the bytes that leave, added by the gateway',
      advice: { explicitBucketBoundaries: DELTA_BUCKETS_S },
    },
  );
  readonly firstChunk: Histogram = this.#meter.createHistogram(
    'gen_ai.client.operation.time_to_first_chunk',
    { unit: 's', advice: { explicitBucketBoundaries: STREAM_BUCKETS_S } },
  );
  readonly duration: Histogram = this.#meter.createHistogram('gen_ai.client.operation.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: STREAM_BUCKETS_S },
  });

  /** Registers a value that is read when the metrics are. */
  gauge(name: string, description: string, read: () => number): void {
    this.#meter
      .createObservableGauge(name, { description })
      .addCallback((result) => result.observe(read()));
  }

  /** Answers a scrape. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#exporter.getMetricsRequestHandler(request, response);
  }

  /** Stops collecting. */
  async close(): Promise<void> {
    await this.#provider.shutdown();
  }

  #counter(name: string, description: string): Counter {
    return this.#meter.createCounter(name, { description });
  }
}
