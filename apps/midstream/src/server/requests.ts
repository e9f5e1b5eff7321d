/** Validates the bodies of API requests. Unknown keys are refused. */
import { LIMITS, MidstreamError, type OpenSessionOptions } from '@midstream/core';
import { z } from 'zod';

const openRequest = z.strictObject({
  label: z.string().max(200).default('opened through the API'),
  model: z.string().max(200).optional(),
  policy: z.string().min(1).max(256).optional(),
  choices: z.int().min(1).max(LIMITS.choices.value).optional(),
  tokenBudget: z.int().min(0).optional(),
});
const eventsRequest = z.strictObject({ events: z.array(z.unknown()) });
const checkRequest = z.strictObject({ source: z.string() });

/** Reads the body of `POST /v1/sessions`. */
export function readOpenRequest(body: unknown): Omit<OpenSessionOptions, 'origin' | 'onResult'> {
  const { label, ...rest } = parse(openRequest, body, 'open a session');
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return { label, ...Object.fromEntries(given) };
}

/** Reads the body of `POST /v1/sessions/<id>/events`; the events themselves are read by the hub. */
export function readEventsRequest(body: unknown): z.infer<typeof eventsRequest> {
  return parse(eventsRequest, body, 'push events');
}

/** Reads the body of `POST /v1/policies/check`. */
export function readCheckRequest(body: unknown): z.infer<typeof checkRequest> {
  return parse(checkRequest, body, 'check a policy');
}

function parse<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.join('.');
  throw new MidstreamError(
    'argument/invalid',
    `Cannot ${what}: ${where}: ${issue?.message ?? 'it is not valid'}`,
    { details: { issues: result.error.issues.map(({ path, message }) => ({ path, message })) } },
  );
}
