/**
 * The JSON API, everything but feeds and provider-shaped paths: sessions, policies, operations,
 * status.
 */
import type { HttpBindings } from '@hono/node-server';
import { type Clock, isMidstreamError, MidstreamError } from '@midstream/core';
import {
  jsonSchemaOf,
  OPERATIONS,
  openApiDocument,
  parsePolicy,
  runOperation,
  type SessionHub,
  toJsonNumbers,
} from '@midstream/sdk';
import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import { errorReply } from './reply.ts';
import { readJson } from './request-body.ts';
import { readCheckRequest, readEventsRequest, readOpenRequest } from './requests.ts';

/** What the API is made of. */
export interface ApiOptions {
  readonly hub: SessionHub;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** The answer of `/v1/status`. */
  readonly status: () => object;
  /** Whether the server can do its work, for `/readyz`. */
  readonly ready: () => boolean;
  /** Told how long an operation took, in milliseconds. */
  readonly onOperation: (name: string, input: unknown, elapsed: number) => void;
}

/** The origin of sessions that the API opens. */
const ORIGIN = 'api';

/** The routes, over node's own requests. */
export type Api = Hono<{ Bindings: HttpBindings }>;

/** Builds the API. */
export function createApi(options: ApiOptions): Api {
  const api: Api = new Hono();
  api.onError((thrown, context) => {
    if (!isMidstreamError(thrown)) options.log.error({ err: thrown }, 'request failed');
    const { status, body } = errorReply(thrown);
    return context.json(body, status as ContentfulStatusCode);
  });
  api.notFound((context) => {
    const { method, path } = context.req;
    const message = `Cannot ${method} ${path}: there is no such path, or not for this method`;
    return context.json({ error: new MidstreamError('http/not-found', message) }, 404);
  });
  addHealth(api, options);
  addSessions(api, options);
  addPolicies(api, options);
  addOperations(api, options);
  return api;
}

function addHealth(api: Api, { ready, status, version }: ApiOptions): void {
  api.get('/healthz', (context) => context.json({ status: 'ok' }));
  api.get('/readyz', (context) =>
    ready() ? context.json({ status: 'ready' }) : context.json({ status: 'starting' }, 503),
  );
  api.get('/v1/status', (context) => context.json(status()));
  api.get('/openapi.json', (context) => context.json(openApiDocument({ version })));
}

function addSessions(api: Api, { hub }: ApiOptions): void {
  api.get('/v1/sessions', (context) => context.json({ sessions: hub.list() }));
  api.post('/v1/sessions', async (context) => {
    const { id } = hub.open({
      origin: ORIGIN,
      ...readOpenRequest(await readJson(context.env.incoming)),
    });
    return context.json(hub.get(id), 201);
  });
  api.get('/v1/sessions/:id', (context) => {
    const summary = hub.get(context.req.param('id'));
    if (summary !== undefined) return context.json(summary);
    throw new MidstreamError('http/not-found', `There is no session "${context.req.param('id')}"`);
  });
  api.delete('/v1/sessions/:id', (context) => {
    const id = context.req.param('id');
    checkOwned(hub, id, 'end');
    return context.json(hub.end(id));
  });
  api.post('/v1/sessions/:id/events', async (context) => {
    const id = context.req.param('id');
    const { events } = readEventsRequest(await readJson(context.env.incoming));
    checkOwned(hub, id, 'push to');
    if ((hub.get(id)?.state ?? 'open') !== 'open') {
      throw new MidstreamError('session/closed', `Cannot push to session "${id}": it has ended`);
    }
    return context.json(hub.pushDrafts(id, events));
  });
}

/**
 * Whoever opened a session owns it. A stream of the gateway is its client's: through the API nobody
 * puts words into it, and it ends when the client or the model ends it, or a policy does.
 */
function checkOwned(hub: SessionHub, id: string, what: string): void {
  const origin = hub.get(id)?.origin;
  if (origin === undefined || origin === ORIGIN) return;
  throw new MidstreamError(
    'http/forbidden',
    `Cannot ${what} session "${id}": it was opened by "${origin}", and only "${ORIGIN}" sessions are the API's`,
    { details: { origin } },
  );
}

function addPolicies(api: Api, { hub }: ApiOptions): void {
  api.get('/v1/policies', (context) => {
    const policies = hub.policies.map(({ name, source, report }, at) => ({
      name,
      source,
      default: at === 0,
      report,
    }));
    return context.json({ policies });
  });
  api.post('/v1/policies/check', async (context) => {
    const { source } = readCheckRequest(await readJson(context.env.incoming));
    return context.json({ report: parsePolicy(source).report });
  });
}

function addOperations(api: Api, { onOperation, clock }: ApiOptions): void {
  const operations = OPERATIONS.map(({ name, summary, input, output }) => ({
    name,
    summary,
    input: jsonSchemaOf(input),
    output: jsonSchemaOf(output),
  }));
  api.get('/v1/operations', (context) => context.json({ operations }));
  api.post('/v1/operations/:name', async (context) => {
    const name = context.req.param('name');
    const input = await readJson(context.env.incoming);
    const begun = clock.monotonic();
    const output = await runOperation(name, input, { signal: context.req.raw.signal });
    onOperation(name, input, (clock.monotonic() - begun) / 1e6);
    return context.json(toJsonNumbers(output) as object);
  });
}
