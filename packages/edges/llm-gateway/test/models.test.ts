import { afterEach, describe, expect, it } from 'vitest';
import { ask, closeAll, gatewayOver, type Reply } from './support/servers.ts';

afterEach(closeAll);

const errorOf = (reply: Reply): { message: string; type: string; param: unknown; code: unknown } =>
  (JSON.parse(reply.text) as { error: ReturnType<typeof errorOf> }).error;

describe('GET /v1/models', () => {
  it("passes upstream's list and one model on, with ids that have slashes", async () => {
    const { url, upstream } = await gatewayOver((req, res) => {
      res
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ path: req.url }));
    });
    for (const path of ['/v1/models', '/v1/models/gpt-x', '/v1/models/meta/llama%2F3']) {
      const reply = await ask(url, '', { method: 'GET', path });
      expect([reply.status, reply.text]).toEqual([200, JSON.stringify({ path })]);
    }
    expect(upstream.requests[0]?.headers.authorization).toBe('Bearer upstream-key');
    for (const path of ['/v1/models/../files', '/v1/models/%2e%2e/files', '/v1/models/%zz']) {
      expect((await ask(url, '', { method: 'GET', path })).status).toBe(404);
    }
    expect(upstream.requests).toHaveLength(3);
  });

  it('passes a refusal on, and answers 502 for what is no JSON or never ends', async () => {
    const { url } = await gatewayOver(
      (req, res) => {
        if (req.url?.endsWith('none')) res.writeHead(404).end('{"error":{"message":"no model"}}');
        else if (req.url?.endsWith('stuck')) res.writeHead(200).write('{');
        else res.end('words');
      },
      { gateway: { limits: { idleMillis: 40 } } },
    );
    const get = (path: string) => ask(url, '', { method: 'GET', path });
    const refused = await get('/v1/models/none');
    expect([refused.status, errorOf(refused).message]).toEqual([404, 'no model']);
    expect((await get('/v1/models')).status).toBe(502);
    expect((await get('/v1/models/stuck')).status).toBe(502);
  });
});
