/** The operations of `@midstream/temporal-neural-solver`. */
import { checkTrace, judgePrefix } from '@midstream/temporal-neural-solver';
import { z } from 'zod';
import { define, type TableOperation } from './define.ts';

const formula = z
  .string()
  .min(1)
  .describe('Operators ! & | -> <-> X N F G U W R M over propositions');
const trace = z
  .array(z.array(z.string()))
  .describe('At each position the propositions that hold, oldest first');

/** Temporal logic. */
export const LOGIC_OPERATIONS: readonly TableOperation[] = [
  define({
    name: 'logic.check',
    summary: 'Whether a finished trace satisfies a formula (LTLf)',
    input: z.strictObject({ formula, trace }),
    output: z.strictObject({ verdict: z.boolean().describe('At position 0') }),
    run: (input) => ({ verdict: checkTrace(input.formula, input.trace) }),
  }),
  define({
    name: 'logic.monitor',
    summary: 'What the beginning of a trace says about a formula (LTL3 and RV-LTL)',
    input: z.strictObject({ formula, trace }),
    output: z.strictObject({
      ltl3: z.enum(['true', 'false', 'inconclusive']),
      rvltl: z
        .enum(['true', 'false', 'presumably_true', 'presumably_false'])
        .nullable()
        .describe('null only when nothing was read and nothing is certain'),
    }),
    run: (input) => {
      const { ltl3, rvltl } = judgePrefix(input.formula, input.trace);
      return { ltl3, rvltl };
    },
  }),
];
