import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realClock, type SessionHost } from '@midstream/core';
import { createGateway, DEFAULT_POLICY, parsePolicy, SessionHub } from '@midstream/sdk';
import { afterEach, describe, expect, it } from 'vitest';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

describe('SessionHub behind the gateway', () => {
  it('records a completion that the default policy cuts', async () => {
    const upstream = await listen(
      createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (let i = 0; i < 40; i++) response.write(chunk({ content: ' the United States, and' }));
        response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
      }),
    );
    const hub = new SessionHub({ clock: realClock, policies: [parsePolicy(DEFAULT_POLICY)] });
    const host: SessionHost = hub;
    const gateway = createGateway({ host, clock: realClock, upstream: { url: upstream } });
    const url = await listen(
      createServer((request, response) => {
        void gateway.handle(request, response);
      }),
    );
    const answer = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'm',
        stream: true,
        max_tokens: 100,
        messages: [{ role: 'user', content: 'go' }],
      }),
    });
    const text = await answer.text();
    expect(text).toContain('"finish_reason":"content_filter"');
    expect(text).toContain('[DONE]');
    const id = answer.headers.get('x-midstream-session') ?? '';
    expect(hub.get(id)).toMatchObject({ state: 'cut', tokenBudget: 100, cut: { rule: 'no-loop' } });
    const cut = hub.get(id)?.cut;
    expect(cut?.tokensSaved).toBeGreaterThan(0);
    expect(hub.records(id, 0).at(-1)?.type).toBe('closed');
    await gateway.close();
    hub.close();
  });
});
