/** The environment of programs that must run offline, and their children. */
const preload = new URL('./offline.mjs', import.meta.url).href;

export const offlineEnvironment = {
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${preload}`.trim(),
  NO_COLOR: '1',
  FORCE_COLOR: '0',
};
