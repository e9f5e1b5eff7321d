import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { answerStream, type ChatContext } from '../src/chat-endpoint.ts';
import { readChatRequest } from '../src/chat-request.ts';
import { TinyLM } from '../src/model.ts';
import { smallModel } from './corpus.ts';

const model = new TinyLM(smallModel());

/** A response whose buffer is full after every write. */
class FullResponse extends EventEmitter {
  readonly writes: string[] = [];
  ended = false;
  writeHead(): void {}
  write(text: string): boolean {
    this.writes.push(text);
    return false;
  }
  end(): void {
    this.ended = true;
  }
}

function begin() {
  const request = readChatRequest(
    {
      model: 'tiny-lm',
      messages: [{ role: 'user', content: 'ab' }],
      temperature: 0,
      max_tokens: 6,
      stream: true,
      logit_bias: { 2: -100, 262: 100 },
    },
    model.shape.vocabulary,
  );
  const generations = [model.generate({ ...request.options, seed: 1 })];
  const controller = new AbortController();
  const context: ChatContext = {
    head: { id: 'x', created: 0, fingerprint: 'fp' },
    signal: controller.signal,
    now: () => 0,
    sleep: async () => undefined,
    onToken: () => undefined,
  };
  const response = new FullResponse();
  const done = answerStream(
    response as unknown as ServerResponse,
    { request, generations },
    context,
  );
  return { generations, controller, response, done };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await nextTurn();
}

describe('answerStream()', () => {
  it('generates nothing while the client does not read, and goes on when it does', async () => {
    const { generations, response, done } = begin();
    await turns(20);
    expect(response.writes).toHaveLength(1);
    expect(generations[0]?.completionTokens).toBe(0);
    response.emit('drain');
    await turns(20);
    expect(response.writes).toHaveLength(2);
    expect(generations[0]?.completionTokens).toBe(1);
    while (!response.ended) {
      response.emit('drain');
      await nextTurn();
    }
    await done;
    expect(response.writes.at(-1)).toBe('data: [DONE]\n\n');
  });

  it('ends when the client leaves while its buffer is full', async () => {
    const { controller, response, done } = begin();
    await turns(3);
    controller.abort();
    await done;
    expect(response.writes).toHaveLength(1);
  });
});
