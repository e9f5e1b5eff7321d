/** `midstream watch`: any stream through a session, what it finds as it comes. */
import type { Action, Finding, PushResult } from '@midstream/core';
import { create, type EventDraft, loadConfig, type StreamSession } from '@midstream/sdk';
import { loadPolicies } from '../../server/policies.ts';
import { numbers, openSource, texts } from '../chunks.ts';
import type { ExitCode } from '../exit-code.ts';
import { type Style, styleOf } from '../style.ts';

/** The flags of the command. */
export interface WatchFlags {
  readonly as?: 'text' | 'numbers';
  readonly failOnFinding?: boolean;
  readonly config?: string;
  readonly policy?: string;
  readonly json?: boolean;
}

/** Watches to the end of the stream, to a cut, or to Ctrl-C. */
export async function watchCommand(source: string, flags: WatchFlags): Promise<ExitCode> {
  const { config: file, policy } = flags;
  const config = loadConfig({
    ...(file === undefined ? {} : { file }),
    env: process.env,
    flags: { policy },
  });
  const [compiled] = await loadPolicies(config, false);
  await using midstream = create({
    ...(compiled === undefined ? {} : { policy: compiled }),
    limits: { idleSession: Number.POSITIVE_INFINITY },
  });
  const report = new Report(flags.json === true, styleOf(process.stdout));
  const stop = new AbortController();
  // Rules about silence fire while nothing is read: what they decide comes here.
  const session = midstream.open({
    label: source,
    onResult: (result) => {
      report.add({ released: [], ...result });
      if (session.finished) stop.abort();
    },
  });
  const chunks = await openSource(source);
  stop.signal.addEventListener('abort', () => chunks.destroy(), { once: true });
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    const read = flags.as === 'numbers' ? numbers : texts;
    await follow(read(chunks), { session, report, signal: stop.signal });
  } finally {
    process.off('SIGINT', interrupt);
  }
  report.close();
  return flags.failOnFinding === true && report.findings > 0 ? 3 : 0;
}

interface Following {
  readonly session: StreamSession;
  readonly report: Report;
  readonly signal: AbortSignal;
}

async function follow(
  batches: AsyncIterable<EventDraft[]>,
  { session, report, signal }: Following,
): Promise<void> {
  try {
    for await (const batch of batches) {
      if (batch.length > 0) report.add(session.push(batch));
      if (session.finished) break;
    }
  } catch (thrown) {
    // A source that was told to stop says that it was broken off.
    if (!signal.aborted) throw thrown;
  }
  report.add(session.end());
}

class Report {
  readonly #json: boolean;
  readonly #style: Style;
  findings = 0;
  #events = 0;
  #cut: Action | null = null;

  constructor(json: boolean, style: Style) {
    this.#json = json;
    this.#style = style;
  }

  add({ released, findings, actions }: PushResult): void {
    this.#events += released.length;
    this.findings += findings.length;
    for (const finding of findings) this.#line('finding', finding, describe(finding));
    for (const action of actions) {
      if (action.type === 'cut') this.#cut = action;
      const rule = action.rule === null ? '' : ` by ${action.rule}`;
      this.#line('action', action, `  → ${action.type}${rule}: ${action.message}`);
    }
  }

  close(): void {
    const { findings } = this;
    const events = this.#events;
    if (this.#json) {
      this.#write(JSON.stringify({ type: 'summary', findings, events, cut: this.#cut !== null }));
      return;
    }
    const end = this.#cut === null ? 'to the end' : this.#style.red('to the cut');
    this.#write(`${findings} findings, ${events} events released, watched ${end}`);
  }

  #line(type: string, value: Finding | Action, text: string): void {
    this.#write(this.#json ? JSON.stringify({ type, [type]: value }) : text);
  }

  #write(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}

function describe({ proposition, span, message }: Finding): string {
  const where = span === null ? '' : ` at ${span.start}–${span.end}`;
  return `${proposition}${where}: ${message}`;
}
