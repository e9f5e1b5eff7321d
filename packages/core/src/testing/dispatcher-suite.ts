/** The contract of `seams/dispatcher.ts`. */
import type { Dispatcher } from '../seams/dispatcher.ts';
import { nanos } from '../units.ts';
import { type ConformanceCase, check } from './conformance.ts';

/** Cases for a dispatcher. `make` gives a new one at each call. */
export function dispatcherSuite(make: () => Dispatcher): readonly ConformanceCase[] {
  const one = (name: string, run: () => void): ConformanceCase => ({
    name: `dispatcher: ${name}`,
    run,
  });
  return [
    one('admits work while nothing is overloaded, answering with a boolean', () => {
      const answer: unknown = make().admit({ analyser: 'a', events: 1, essential: false });
      check(answer === true, `the first work is answered with ${String(answer)}`);
    }),
    one('never refuses essential work, however loaded', () => {
      const dispatcher = make();
      for (let batch = 0; batch < 2_000; batch++) {
        const other = dispatcher.admit({ analyser: 'slow', events: 1_024, essential: false });
        check(typeof other === 'boolean', `an answer is ${String(other)}`);
        if (other) dispatcher.completed?.('slow', nanos(50_000_000));
        const essential = dispatcher.admit({ analyser: 'holding', events: 1_024, essential: true });
        check(essential === true, `essential work is refused at batch ${batch}`);
        dispatcher.completed?.('holding', nanos(50_000_000));
      }
    }),
    one('takes the end of work that it never admitted', () => {
      make().completed?.('unheard-of', nanos(0));
    }),
  ];
}
