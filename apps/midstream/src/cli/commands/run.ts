/**
 * `midstream run`: one completion in the terminal, through the same server, gateway and policy as
 * any client's. Text goes to standard output; findings and decisions stand beside it, on standard
 * error, where they happened.
 */
import {
  MidstreamError,
  messageOf,
  type SessionRecord,
  type SessionSummary,
} from '@midstream/core';
import { loadConfig } from '@midstream/sdk';
import { createLog } from '../../server/log.ts';
import { type MidstreamServer, serve } from '../../server/server.ts';
import type { ExitCode } from '../exit-code.ts';
import { printable, type Style, styleOf } from '../style.ts';

/** The flags of the command. */
export interface RunFlags {
  readonly model?: string;
  readonly temperature?: number;
  readonly maxTokens: number;
  readonly seed?: number;
  readonly config?: string;
  readonly policy?: string;
  readonly upstreamUrl?: string;
  readonly json?: boolean;
}

/** Streams to the end, to a cut, or to Ctrl-C. */
export async function runCommand(prompt: string, flags: RunFlags): Promise<ExitCode> {
  const { config: file, policy, upstreamUrl } = flags;
  const config = loadConfig({
    ...(file === undefined ? {} : { file }),
    env: process.env,
    flags: { port: 0, policy, 'upstream-url': upstreamUrl },
  });
  await using server = await serve({ config, log: createLog('silent') });
  await server.ready;
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once('SIGINT', interrupt);
  try {
    const model = flags.model ?? config.upstream.model ?? 'tiny-lm';
    const id = await complete(server, { prompt, model, flags, signal: abort.signal });
    return abort.signal.aborted ? 1 : outcome(server.hub.get(id));
  } catch (thrown) {
    if (abort.signal.aborted) return 1;
    throw thrown;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

interface Asked {
  readonly prompt: string;
  readonly model: string;
  readonly flags: RunFlags;
  readonly signal: AbortSignal;
}

/** Sends the prompt and shows its session until the reply is over; resolves to the session's id. */
async function complete(server: MidstreamServer, asked: Asked): Promise<string> {
  const { prompt, model, flags, signal } = asked;
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      messages: [{ role: 'user', content: prompt }],
      max_tokens: flags.maxTokens,
      temperature: flags.temperature,
      seed: flags.seed,
      stream: true,
    }),
    signal,
  });
  const id = response.headers.get('x-midstream-session');
  if (!response.ok || id === null) throw await refusedBy(response);
  const show = flags.json
    ? showJson
    : screen(styleOf(process.stderr), process.stdout.isTTY === true);
  using _following = server.hub.subscribe(id, 0, show);
  try {
    for await (const _ of response.body ?? []) if (signal.aborted) break;
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
  return id;
}

async function refusedBy(response: Response): Promise<MidstreamError> {
  const text = await response.text();
  let message = `status ${response.status}`;
  try {
    message = (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch (thrown) {
    message += ` (${messageOf(thrown)})`;
  }
  return new MidstreamError('upstream/failed', `Cannot complete the prompt: ${message}`);
}

function outcome(summary: SessionSummary | undefined): ExitCode {
  return summary === undefined || summary.state === 'failed' ? 1 : 0;
}

function showJson(record: SessionRecord): void {
  process.stdout.write(`${JSON.stringify(record)}\n`);
}

/**
 * Shows records to a person. On a terminal, text of a model is only text: it moves no cursor and
 * sets no title.
 */
function screen({ dim, red, yellow }: Style, terminal: boolean): (record: SessionRecord) => void {
  const note = (text: string): void => void process.stderr.write(text);
  return (record) => {
    switch (record.type) {
      case 'released':
        if (record.event.type !== 'text-delta') return;
        process.stdout.write(terminal ? printable(record.event.text) : record.event.text);
        if (record.event.edit) note(dim(` ⟨${record.event.edit.rule}⟩ `));
        return;
      case 'action':
        if (record.action.type === 'alert') note(yellow(` ⟨${record.action.message}⟩ `));
        return;
      case 'closed':
        note(`\n${closing(record.summary, red, dim)}\n`);
        return;
      case 'opened':
      case 'arrived':
      case 'held':
      case 'finding':
      case 'forgotten':
        return;
    }
  };
}

function closing(
  { cut, counts, state, tokenBudget }: SessionSummary,
  red: (text: string) => string,
  dim: (text: string) => string,
): string {
  if (cut === null) return dim(`${state}: ${counts.tokens} tokens, ${counts.findings} findings`);
  const saved = cut.tokensSaved === null ? '' : `, ${cut.tokensSaved} tokens never generated`;
  const of = tokenBudget === null ? '' : ` of ${tokenBudget}`;
  return red(
    `■ cut at token ${cut.atToken}${of} by ${cut.rule ?? 'the session'}: ${cut.message}${saved}`,
  );
}
