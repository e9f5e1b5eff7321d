import type { SessionRecord, SessionSummary } from '@midstream/core';
import { SDK_LIMITS } from '@midstream/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MidstreamServer } from '../src/server/server.ts';
import { ask, call, closeAll, eventsIn, mute, prose, serverOver, until } from './support.ts';

let server: MidstreamServer;
beforeEach(async () => {
  server = await serverOver('http://127.0.0.1:9/v1');
});
afterEach(closeAll);

const open = async (): Promise<string> =>
  (await call<SessionSummary>(server, 'POST', '/v1/sessions', {})).body.id;
const push = (id: string, text: string) =>
  call(server, 'POST', `/v1/sessions/${id}/events`, { events: [{ type: 'text-delta', text }] });
const records = async (path: string, headers: Record<string, string> = {}) =>
  eventsIn((await ask(`${server.url}${path}`, { headers })).text);

describe('GET /v1/sessions/<id>/events', () => {
  it('replays from any record, by header before query, and ends after the closed record', async () => {
    const id = await open();
    for (const text of ['one ', 'two ', 'three']) await push(id, text);
    await call(server, 'DELETE', `/v1/sessions/${id}`);
    const path = `/v1/sessions/${id}/events`;
    const all = await records(path);
    expect(all.map(({ event }) => event)).toEqual(expect.arrayContaining(['opened', 'released']));
    expect(all.at(-1)?.event).toBe('closed');
    expect(all.map((each) => each.id)).toEqual(all.map(({ data }) => String(data.id)));
    expect(await records(path, { 'last-event-id': '3' })).toEqual(all.slice(3));
    expect(await records(`${path}?after=3`)).toEqual(all.slice(3));
    expect(await records(`${path}?after=1`, { 'last-event-id': '4' })).toEqual(all.slice(4));
  });

  it('answers 204 to whoever has the closed record, so that an EventSource rests', async () => {
    const id = await open();
    const { body } = await call(server, 'DELETE', `/v1/sessions/${id}`);
    expect(body).toMatchObject({ state: 'completed' });
    expect((await ask(`${server.url}/v1/sessions/${id}/events?after=99`)).status).toBe(204);
  });

  it('sends what happens while it is open', async () => {
    const id = await open();
    const following = records(`/v1/sessions/${id}/events`);
    await push(id, 'live');
    await call(server, 'DELETE', `/v1/sessions/${id}`);
    const seen = (await following).flatMap(({ data }) =>
      data.type === 'released' && data.event.type === 'text-delta' ? [data.event.text] : [],
    );
    expect(seen).toEqual(['live']);
  });

  it('says how many records are forgotten, and has the rest', async () => {
    const id = await open();
    for (let n = 0; n < 4; n++) {
      const events = Array.from({ length: 1_000 }, (_, at) => ({
        type: 'text-delta',
        text: prose(n * 1_000 + at, 8),
      }));
      await call(server, 'POST', `/v1/sessions/${id}/events`, { events });
    }
    await call(server, 'DELETE', `/v1/sessions/${id}`);
    const [first, second, ...rest] = await records(`/v1/sessions/${id}/events`);
    const data = first?.data as Extract<SessionRecord, { type: 'forgotten' }>;
    expect(data.type).toBe('forgotten');
    expect(data.records).toBe(Number(second?.id) - 1);
    expect(rest.at(-1)?.event).toBe('closed');
  });

  it('gives a client that does not read at first everything that is kept, once it does', async () => {
    const id = await open();
    const events = Array.from({ length: 400 }, (_, n) => ({
      type: 'text-delta',
      text: prose(n, 2_400),
    }));
    await call(server, 'POST', `/v1/sessions/${id}/events`, { events });
    const path = `/v1/sessions/${id}/events`;
    const socket = await mute(server.url, `GET ${path} HTTP/1.0\r\nHost: HOST\r\n\r\n`);
    await call(server, 'DELETE', `/v1/sessions/${id}`);
    let said = '';
    socket.on('data', (piece) => {
      said += piece;
    });
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    const seen = eventsIn(said.slice(said.indexOf('\r\n\r\n') + 4));
    expect(seen.at(-1)?.event).toBe('closed');
    expect(seen.filter(({ event }) => event === 'released')).toHaveLength(401);
  });

  it.each(['-1', 'x', '1.5'])('refuses to resume after %s', async (after) => {
    const id = await open();
    const { status, body } = await call(server, 'GET', `/v1/sessions/${id}/events?after=${after}`);
    expect([status, body]).toMatchObject([400, { error: { code: 'http/bad-request' } }]);
  });

  it('has nothing for a session that does not exist', async () => {
    expect((await call(server, 'GET', '/v1/sessions/none/events')).status).toBe(404);
    expect((await call(server, 'GET', '/v1/sessions/no%2fne/events')).status).toBe(404);
  });

  it('refuses the one follower too many with an error, not with a broken stream', async () => {
    const id = await open();
    const path = `/v1/sessions/${id}/events`;
    const most = SDK_LIMITS.subscribers.value - 1;
    for (let n = 0; n < most; n++) {
      await mute(server.url, `GET ${path} HTTP/1.1\r\nHost: HOST\r\n\r\n`);
    }
    const refused = (): Promise<{ status: number }> =>
      ask(`${server.url}${path}`, { method: 'HEAD' }).then(() => call(server, 'GET', path));
    await until(() => server.hub.get(id) !== undefined);
    const { status } = await refused();
    expect(status).toBe(429);
  });
});

describe('GET /v1/feed', () => {
  it('begins with all sessions, tells of each as it opens and closes, and lets go of a client that left', async () => {
    const first = await open();
    const socket = await mute(server.url, 'GET /v1/feed HTTP/1.1\r\nHost: HOST\r\n\r\n');
    let said = '';
    socket.on('data', (piece) => {
      said += piece;
    });
    socket.resume();
    await until(() => said.includes(first));
    const second = await open();
    await call(server, 'DELETE', `/v1/sessions/${second}`);
    await until(() => said.includes(second) && said.includes('"completed"'));
    socket.destroy();
  });
});
