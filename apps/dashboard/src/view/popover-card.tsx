/** The chain of reasons, next to what it explains. */
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { popover } from '../state/popover.ts';

const MARGIN = 8;

/** A card that stays inside the window. */
export function PopoverCard(): VNode | null {
  const card = useRef<HTMLDivElement>(null);
  const what = popover.value;
  useLayoutEffect(() => {
    const element = card.current;
    if (element === null || what === null) return;
    const { offsetWidth: width, offsetHeight: height } = element;
    const left = Math.max(MARGIN, Math.min(what.at.left, innerWidth - width - MARGIN));
    const below = what.at.bottom + MARGIN;
    const top = below + height < innerHeight ? below : what.at.top - height - MARGIN;
    element.style.left = `${left}px`;
    element.style.top = `${Math.max(MARGIN, top)}px`;
  }, [what]);
  if (what === null) return null;
  return (
    <div ref={card} class="popover" role="tooltip" data-testid="why">
      <strong>{what.title}</strong>
      <dl>
        {what.reasons.map(({ step, text }) => (
          <div key={step}>
            <dt>{step}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
