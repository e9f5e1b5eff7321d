/**
 * The gateway over an upstream that may come, go and move: while there is none, provider-shaped
 * paths answer 503; when tiny-lm was started again, on another port, requests go there.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGateway, type Gateway, type GatewayOptions } from '@midstream/sdk';
import { sendJson } from './reply.ts';
import type { UpstreamStatus } from './upstream.ts';

/** What the door needs besides the upstream's address. */
export interface GatewayDoorOptions extends Omit<GatewayOptions, 'upstream'> {
  readonly apiKey: string | undefined;
  readonly status: () => UpstreamStatus;
}

const PROVIDER_PATH = /^\/v1\/(chat\/completions|models)([/?]|$)/;

/** Hands provider-shaped requests to the gateway of the moment. */
export class GatewayDoor {
  readonly #options: GatewayDoorOptions;
  readonly #closing: Set<Promise<void>> = new Set();
  #gateway: { readonly url: string; readonly gateway: Gateway } | null = null;

  constructor(options: GatewayDoorOptions) {
    this.#options = options;
  }

  /** Answers a request if its path is the gateway's; `false` leaves it to others. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (!PROVIDER_PATH.test(request.url ?? '')) return false;
    const { url, state, message } = this.#options.status();
    if (url === null) {
      request.resume();
      sendJson(response, 503, unavailable(state, message));
      return true;
    }
    return await this.#at(url).handle(request, response);
  }

  /** Ends all exchanges. */
  async close(): Promise<void> {
    this.#leave();
    await Promise.all(this.#closing);
  }

  #at(url: string): Gateway {
    if (this.#gateway?.url === url) return this.#gateway.gateway;
    this.#leave();
    const { apiKey, status: _, ...rest } = this.#options;
    const upstream = apiKey === undefined ? { url } : { url, apiKey };
    const gateway = createGateway({ ...rest, upstream });
    this.#gateway = { url, gateway };
    return gateway;
  }

  #leave(): void {
    const closing = this.#gateway?.gateway.close();
    this.#gateway = null;
    if (closing === undefined) return;
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

/**
 * The error in the protocol's own shape, so that an SDK raises its usual exception and may try
 * again.
 */
function unavailable(state: UpstreamStatus['state'], message = 'it is not there'): object {
  const why = state === 'starting' ? 'it is starting; try again in a moment' : message;
  return {
    error: {
      message: `Cannot reach the model: ${why}`,
      type: 'upstream_error',
      param: null,
      code: 'upstream_unavailable',
    },
  };
}
