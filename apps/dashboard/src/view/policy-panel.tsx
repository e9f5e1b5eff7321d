/**
 * The policy the session stands under (the default when there is none): its rules, and its source.
 */
import type { VNode } from 'preact';
import type { PolicyEntry, RuleReport } from '../api/types.ts';
import { view } from '../state/selection.ts';
import { policies } from '../state/server.ts';

/** Rules with what they do and whether that can be enforced. */
export function PolicyPanel(): VNode {
  return (
    <section class="card" data-testid="policy-panel" aria-label="Policy">
      <Content />
    </section>
  );
}

function Content(): VNode {
  const loaded = policies.value;
  if (loaded.state !== 'ready') {
    return (
      <>
        <h3>Policy</h3>
        <p class={loaded.state === 'failed' ? 'error' : 'empty'}>
          {loaded.state === 'failed' ? loaded.reason : 'Loading the policies.'}
        </p>
      </>
    );
  }
  const name = view.value.summary?.policy;
  const policy =
    loaded.value.find((each) => each.name === name) ?? loaded.value.find((each) => each.default);
  if (policy === undefined) return <p class="empty">The server has no policy.</p>;
  return <Policy policy={policy} />;
}

function Policy({ policy }: { readonly policy: PolicyEntry }): VNode {
  const { name, source, report } = policy;
  return (
    <>
      <div class="card-head">
        <h3>Policy</h3>
        <span class="quiet">
          {name}
          {policy.default && ' (default)'}
        </span>
      </div>
      <ul class="rules">
        {report.rules.map((rule) => (
          <Rule key={rule.id} rule={rule} />
        ))}
      </ul>
      {report.warnings.map((warning) => (
        <p key={warning} class="error">
          {warning}
        </p>
      ))}
      <details class="source">
        <summary>Source</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keyboards scroll it */}
        <pre tabIndex={0}>{source}</pre>
      </details>
    </>
  );
}

function Rule({ rule }: { readonly rule: RuleReport }): VNode {
  const { id, formula, action, message, enforcement, reason } = rule;
  return (
    <li>
      <div class="rule-head">
        <strong>{id}</strong>
        <span class="tag" data-action={action}>
          {action}
        </span>
        <span class="quiet">{enforcement}</span>
      </div>
      <code>{formula}</code>
      <p>{message}</p>
      <p class="quiet">{reason}</p>
    </li>
  );
}
