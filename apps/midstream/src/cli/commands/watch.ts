/** `midstream watch`: any stream through a session, what it finds as it comes. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import {
  type Action,
  assert,
  EventWriter,
  type Finding,
  MidstreamError,
  messageOf,
  realClock,
  Session,
  type StreamEvent,
} from '@midstream/core';
import { loadConfig } from '@midstream/sdk';
import { loadPolicies } from '../../server/policies.ts';
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

/** Watches to the end of the stream, or to a cut. */
export async function watchCommand(source: string, flags: WatchFlags): Promise<ExitCode> {
  const { config: file, policy: path } = flags;
  const config = loadConfig({
    ...(file === undefined ? {} : { file }),
    env: process.env,
    flags: { policy: path },
  });
  const [compiled] = await loadPolicies(config, false);
  assert(compiled !== undefined, 'There is always a default policy');
  const { analysers, policy } = compiled.open();
  const session = new Session({ analysers, policy });
  const report = new Report(flags.json === true, styleOf(process.stdout));
  const events = new EventWriter(realClock);
  const read = flags.as === 'numbers' ? numbers : texts;
  for await (const batch of read(await open(source), events)) {
    report.add(session.push(batch));
    if (session.finished) break;
  }
  if (!session.closed) report.add(session.push([events.end()]));
  report.close();
  return flags.failOnFinding === true && report.findings > 0 ? 3 : 0;
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

  add({ released, findings, actions }: ReturnType<Session['push']>): void {
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

/** Opens a file, a URL or standard input as chunks of bytes. */
async function open(source: string): Promise<AsyncIterable<Uint8Array>> {
  if (source === '-') return process.stdin;
  try {
    if (/^https?:\/\//.test(source)) {
      const response = await fetch(source);
      if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
      return response.body;
    }
    if (!(await stat(source)).isFile()) throw new Error('it is not a file');
    return createReadStream(source);
  } catch (thrown) {
    throw new MidstreamError(
      'argument/invalid',
      `Cannot watch ${source}: ${messageOf(thrown)}; a file, an http(s) URL or - is wanted`,
      { cause: thrown },
    );
  }
}

async function* texts(
  chunks: AsyncIterable<Uint8Array>,
  events: EventWriter,
): AsyncGenerator<StreamEvent[], void, undefined> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield [events.text(text)];
  }
  const rest = decoder.decode();
  if (rest !== '') yield [events.text(rest)];
}

async function* numbers(
  chunks: AsyncIterable<Uint8Array>,
  events: EventWriter,
): AsyncGenerator<StreamEvent[], void, undefined> {
  let line = 0;
  let rest = '';
  const decoder = new TextDecoder();
  const sample = (text: string): StreamEvent[] => {
    line += 1;
    const value = Number(text);
    if (text.trim() === '') return [];
    if (Number.isNaN(value)) {
      throw new MidstreamError(
        'argument/invalid',
        `Cannot read line ${line}: ${JSON.stringify(text.slice(0, 40))} is not a number`,
        { details: { line } },
      );
    }
    return [events.sample('value', value)];
  };
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    const batch = lines.flatMap(sample);
    if (batch.length > 0) yield batch;
  }
  const last = sample(rest + decoder.decode());
  if (last.length > 0) yield last;
}
