/** Upstream's answer as it is: a stream, one JSON body, or a refusal. */
import type { IncomingMessage } from 'node:http';
import type { MidstreamError } from '@midstream/core';
import { unreadable } from './chat-chunk.ts';
import { readBody } from './http-body.ts';
import type { GatewayLimitValues } from './limits.ts';
import { type Refusal, readRefusal } from './upstream-error.ts';

/** Told what comes of an answer, in order. */
export interface AnswerListener {
  /** It is a stream. */
  streams(): void;
  piece(bytes: Buffer): void;
  ended(): void;
  /** It was one JSON body. */
  whole(body: Buffer): void;
  refused(refusal: Refusal): void;
  /** It broke off; after the end this means nothing. */
  broken(error: MidstreamError): void;
}

/** Reads an answer. Throws `upstream/failed` for one of another type or encoding. */
export function readAnswer(
  answer: IncomingMessage,
  limits: GatewayLimitValues,
  listener: AnswerListener,
): void {
  if (answer.statusCode !== 200) {
    void readRefusal(answer, limits.errorBytes).then((refusal) => listener.refused(refusal));
    return;
  }
  const { 'content-encoding': encoding = 'identity', 'content-type': type = 'text/event-stream' } =
    answer.headers;
  if (encoding !== 'identity') throw unreadable(`its encoding is "${encoding}"`);
  if (/^text\/event-stream\b/i.test(type)) readStream(answer, listener);
  else if (/^application\/(.+\+)?json\b/i.test(type)) readWhole(answer, limits, listener);
  else throw unreadable(`its content type is "${type}"`);
}

function readStream(answer: IncomingMessage, listener: AnswerListener): void {
  listener.streams();
  answer.on('data', (bytes: Buffer) => listener.piece(bytes));
  answer.on('end', () => listener.ended());
  answer.on('close', () => listener.broken(unreadable('the connection broke within it')));
}

function readWhole(
  answer: IncomingMessage,
  { answerBytes }: GatewayLimitValues,
  listener: AnswerListener,
): void {
  const broken = 'the connection broke within it, or it is too large';
  readBody(answer, answerBytes).then(
    (body) => listener.whole(body),
    () => listener.broken(unreadable(broken)),
  );
}
