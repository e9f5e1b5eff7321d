import { isMidstreamError, seededRandom } from '@midstream/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SseFrame, SseParser } from '../src/sse-parser.ts';
import { answerOf, ODD, TOOL_CALL, WORDS } from './support/recordings.ts';

const runs = process.env.MIDSTREAM_LONG === '1' ? 2_000 : 150;

function parse(chunks: Iterable<Buffer>, maxFrameBytes = 1 << 20): SseFrame[] {
  const parser = new SseParser({ maxFrameBytes });
  const frames: SseFrame[] = [];
  for (const chunk of chunks) parser.push(chunk, frames);
  const rest = parser.end();
  return rest === null ? frames : [...frames, rest];
}

const data = (frames: readonly SseFrame[]): string[] =>
  frames.flatMap((frame) => (frame.data === null ? [] : [frame.data]));
const whole = (text: string | Buffer): SseFrame[] => parse([Buffer.from(text as string)]);
const bytewise = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));

function cutAtRandom(bytes: Buffer, seed: number): Buffer[] {
  const random = seededRandom(seed);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 1 + random.integer(1 + random.integer(90));
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

describe('SseParser', () => {
  it('reads LF, CR and CRLF line ends alike', () => {
    for (const end of ['\n', '\r', '\r\n']) {
      const text = `data: a${end}${end}data: b${end}data:c${end}${end}`;
      expect(data(whole(text))).toEqual(['a', 'b\nc']);
      expect(data(parse(bytewise(Buffer.from(text))))).toEqual(['a', 'b\nc']);
    }
  });

  it('gives a frame whose empty line ends with CR at once, and its LF later by itself', () => {
    const parser = new SseParser({ maxFrameBytes: 100 });
    const frames: SseFrame[] = [];
    parser.push(Buffer.from('data: a\r\n\r'), frames);
    expect(data(frames)).toEqual(['a']);
    parser.push(Buffer.from('\ndata: b\r\n\r\n'), frames);
    expect(frames.map(({ bytes }) => bytes.toString())).toEqual([
      'data: a\r\n\r',
      '\n',
      'data: b\r\n\r\n',
    ]);
  });

  it('skips a byte-order mark, only at the very beginning', () => {
    expect(data(whole('\ufeffdata: a\n\ndata: b\n\n'))).toEqual(['a', 'b']);
    expect(data(parse(bytewise(Buffer.from('\ufeffdata: a\n\n'))))).toEqual(['a']);
    expect(data(whole('data: a\n\n\ufeffdata: b\n\n'))).toEqual(['a']);
    expect(data(whole('\ufeff\n\ndata: b\n\n'))).toEqual(['b']);
  });

  it('gives comments at once, as frames without data', () => {
    const frames = whole(': ping\ndata: a\n: inside\ndata: b\n\n');
    expect(frames.map((frame) => frame.data)).toEqual([null, 'a\nb']);
    expect(frames[0]?.bytes.toString()).toBe(': ping\n');
  });

  it('strips one space after the colon and reads fields without one', () => {
    expect(data(whole('data:  two\n\n'))).toEqual([' two']);
    expect(data(whole('data\n\n'))).toEqual(['']);
    expect(data(whole('data:\n\n'))).toEqual(['']);
    expect(data(whole('database: a\ndat: b\nevent: c\n\n'))).toEqual([]);
  });

  it('marks a frame of invalid UTF-8 and reads U+FFFD, wherever it is split', () => {
    const bytes = Buffer.from([...Buffer.from('data: a'), 0xff, 0xc3, 10, 10]);
    for (const frames of [whole(bytes), parse(bytewise(bytes))]) {
      expect(data(frames)).toEqual(['a\ufffd\ufffd']);
      expect(frames[0]?.exact).toBe(false);
    }
    expect(whole('data: é🇺🇸\n\n')[0]?.exact).toBe(true);
  });

  it('throws upstream/failed for a frame over the limit, complete or not, after what came before', () => {
    for (const pieces of [
      [Buffer.from(`data: a\n\ndata: ${'x'.repeat(60)}\n\n`)],
      bytewise(Buffer.from(`data: a\n\ndata: ${'x'.repeat(60)}`)),
    ]) {
      const parser = new SseParser({ maxFrameBytes: 50 });
      const frames: SseFrame[] = [];
      const read = (): void => {
        for (const piece of pieces) parser.push(piece, frames);
      };
      expect(read).toThrowError(expect.objectContaining({ code: 'upstream/failed' }));
      expect(data(frames)).toEqual(['a']);
    }
  });

  it('end() gives what is left of a frame, null when nothing is', () => {
    expect(whole('data: a\n\n').length).toBe(1);
    expect(data(whole('data: a\n\ndata: [DONE]'))).toEqual(['a', '[DONE]']);
    expect(data(whole('data: b\n'))).toEqual(['b']);
  });

  it('gives the same data and all the bytes for every split of recorded streams', () => {
    const streams = [answerOf(WORDS), TOOL_CALL, ODD].flatMap((frames) => {
      const text = frames.join('');
      return [text, text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r'), `\ufeff${text}`];
    });
    for (const [number, stream] of streams.entries()) {
      const bytes = Buffer.from(stream);
      const expected = data(parse([bytes]));
      expect(expected.length).toBeGreaterThan(5);
      for (const pieces of [
        bytewise(bytes),
        ...[1, 2, 3].map((n) => cutAtRandom(bytes, n * 31 + number)),
      ]) {
        const frames = parse(pieces);
        expect(data(frames)).toEqual(expected);
        expect(Buffer.concat(frames.map((frame) => frame.bytes)).equals(bytes)).toBe(true);
      }
      for (let at = 0; at < Math.min(bytes.length, 700); at++) {
        const frames = parse([bytes.subarray(0, at), bytes.subarray(at)]);
        expect(data(frames)).toEqual(expected);
      }
    }
  });

  it('never throws anything but a MidstreamError, loses no byte, and does not depend on chunks', () => {
    const byte = fc.oneof(
      fc.constantFrom(10, 13, 58, 32, 0xef, 0xbb, 0xbf, 0xc3, 0xff),
      fc.constantFrom(...Buffer.from('data: {}')),
      fc.integer({ min: 0, max: 255 }),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 400 }), fc.integer(), (list, seed) => {
        const bytes = Buffer.from(list);
        const outcome = (pieces: Iterable<Buffer>): string[] | 'too large' => {
          try {
            const frames = parse(pieces, 120);
            expect(Buffer.concat(frames.map((frame) => frame.bytes)).equals(bytes)).toBe(true);
            return data(frames);
          } catch (thrown) {
            if (isMidstreamError(thrown)) return 'too large';
            throw thrown;
          }
        };
        expect(outcome(cutAtRandom(bytes, seed))).toEqual(outcome([bytes]));
      }),
      { numRuns: runs },
    );
  });
});
