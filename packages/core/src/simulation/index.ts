/** Simulated time and chance for tests and replays. */
export { rechunk } from './rechunk.ts';
export { SimulatedClock } from './simulated-clock.ts';
