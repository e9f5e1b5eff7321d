/** The server for programs: start it, use its hub, dispose of it. */
export { type Config, type LoadConfigOptions, loadConfig } from '@midstream/sdk';
export { type MidstreamServer, type ServeOptions, serve } from './server.ts';
