import { nanos } from '@midstream/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { measureGateway } from '../src/server/instruments.ts';
import { Metrics } from '../src/server/metrics.ts';
import type { MidstreamServer } from '../src/server/server.ts';
import { ask, CHAT, call, closeAll, says, serverOver, upstreamWith } from './support.ts';

let server: MidstreamServer;
beforeEach(async () => {
  const upstream = await upstreamWith(says(['Once ', 'upon']));
  server = await serverOver(upstream.url);
});
afterEach(closeAll);

const scrape = async (): Promise<string> => (await ask(`${server.url}/metrics`)).text;
it('/metrics counts findings, actions, deltas and saved tokens of every session', async () => {
  const { body } = await call(server, 'POST', '/v1/sessions', { tokenBudget: 100 });
  const events = [
    { type: 'sample', name: 'x', value: 1 },
    { type: 'text-delta', text: `so ${'and on and on it goes '.repeat(8)}` },
  ];
  expect(await scrape()).toMatch(/^midstreamer_sessions_open(\{\})? 1\b/m);
  await call(server, 'POST', `/v1/sessions/${body.id}/events`, { events });
  await call(server, 'DELETE', `/v1/sessions/${body.id}`);
  const text = await scrape();
  expect(text).toMatch(/midstreamer_pattern_matches_total\{[^}]*proposition="loop"[^}]*\} 1\b/);
  expect(text).toMatch(/midstreamer_actions_total\{type="cut",rule="no-loop"\} 1\b/);
  expect(text).toMatch(/^midstreamer_deltas_total(\{\})? 1\b/m);
  expect(text).toMatch(/^midstreamer_tokens_saved_total(\{\})? 99\b/m);
  expect(text).toMatch(/^midstreamer_sessions_open(\{\})? 0\b/m);
  expect(text).not.toContain('target_info');
});

it('/metrics measures requests to the gateway and DTW comparisons', async () => {
  const url = `${server.url}/v1/chat/completions`;
  await ask(url, { method: 'POST', body: { ...CHAT, stream: true } });
  await ask(url, { method: 'POST', body: '{' });
  for (const metric of ['dtw', 'euclidean']) {
    const input = { metric, x: [1, 2], y: [1, 2] };
    await call(server, 'POST', '/v1/operations/compare.distance', input);
  }
  await call(server, 'POST', '/v1/operations/logic.monitor', { formula: 'p', trace: [['p']] });
  const text = await scrape();
  expect(text).toMatch(
    /midstreamer_gateway_requests_total\{status="200",outcome="completed"\} 1\b/,
  );
  expect(text).toMatch(/midstreamer_gateway_requests_total\{status="400",outcome="refused"\} 1\b/);
  expect(text).toMatch(/midstreamer_dtw_latency_ms_count(\{\})? 1\b/);
  expect(text).toMatch(/gen_ai_client_operation_duration_count(\{\})? 1\b/);
  expect(text).toMatch(/time_to_first_chunk_count(\{\})? 1\b/);
  expect(text).toMatch(/midstreamer_delta_latency_seconds_count(\{\})? [1-9]/);
});

it('measureGateway() counts nothing when a request has only begun', async () => {
  const metrics = new Metrics();
  const begun = { session: 's', model: null, stream: true, choices: 1 } as const;
  measureGateway({ type: 'request-started', ...begun }, metrics);
  measureGateway({ type: 'first-delta', session: 's', after: nanos(1) }, metrics);
  await metrics.close();
});
