/**
 * The last records of one session: as many as its limits allow, by number and by characters of
 * text. What was forgotten is told to whoever asks for it.
 *
 * Cost: O(1) amortised for each record, O(records returned) for a read. Memory: at most `records`
 * records.
 */
import type { SessionRecord } from '@midstream/core';

/** A record before it has its number. */
export type RecordDraft = SessionRecord extends infer R
  ? R extends SessionRecord
    ? Omit<R, 'id'>
    : never
  : never;

/** How much a ring keeps. */
export interface RingLimits {
  readonly records: number;
  readonly characters: number;
}

/** The newest records of a session. */
export class RecordRing {
  readonly #limits: RingLimits;
  #records: SessionRecord[] = [];
  /** Where the oldest kept record stands in the array: what is before it is forgotten. */
  #head = 0;
  #last = 0;
  #characters = 0;

  constructor(limits: RingLimits) {
    this.#limits = limits;
  }

  /** The id of the newest record, 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** How many characters of released text are kept. */
  get characters(): number {
    return this.#characters;
  }

  /** Numbers a record and keeps it. */
  append(draft: RecordDraft): SessionRecord {
    this.#last += 1;
    const record = { id: this.#last, ...draft } as SessionRecord;
    this.#records.push(record);
    this.#characters += textOf(record);
    while (this.#size > this.#limits.records || this.#overCharacters()) this.#forget();
    return record;
  }

  /**
   * Everything kept after the record `after`, a `forgotten` record first when some of it is gone.
   */
  after(after: number): SessionRecord[] {
    const oldest = this.#records[this.#head];
    if (oldest === undefined || after >= this.#last) return [];
    const from = Math.max(0, Math.trunc(after));
    const missed = oldest.id - 1 - from;
    if (missed <= 0) return this.#records.slice(this.#head + from - oldest.id + 1);
    const forgotten: SessionRecord = {
      type: 'forgotten',
      id: oldest.id - 1,
      time: oldest.time,
      records: missed,
    };
    return [forgotten, ...this.#records.slice(this.#head)];
  }

  get #size(): number {
    return this.#records.length - this.#head;
  }

  /** The newest record is kept whatever its size. */
  #overCharacters(): boolean {
    return this.#characters > this.#limits.characters && this.#size > 1;
  }

  #forget(): void {
    const record = this.#records[this.#head];
    if (record !== undefined) this.#characters -= textOf(record);
    this.#head += 1;
    if (this.#head * 2 < this.#records.length) return;
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }
}

const textOf = (record: SessionRecord): number =>
  record.type === 'released' && record.event.type === 'text-delta' ? record.event.text.length : 0;
