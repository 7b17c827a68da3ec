import type { MessagePort } from 'node:worker_threads';
import type { ApiRequest } from '../api-port.ts';
import type { UwsTransportOptions } from '../uws-transport.ts';

/** What a socket thread begins with. */
export interface ThreadTask {
  readonly options: Pick<
    UwsTransportOptions,
    'host' | 'port' | 'database' | 'limits' | 'tls' | 'staticDir' | 'allowedOrigins' | 'idleTimeoutS' | 'metricsFor'
  >;
  readonly sharesPort: boolean;
  readonly hasApi: boolean;
  readonly hasMetrics: boolean;
  /** Orders come by it, news go. */
  readonly messages: MessagePort;
  /** Rings of entries, see thread-entries.ts. */
  readonly down: SharedArrayBuffer;
  readonly up: SharedArrayBuffer;
  /** i32[BACKLOGS + SOCKETS_MAX] */
  readonly backlogs: SharedArrayBuffer;
}

/** To the socket thread. All that is frequent is in the rings. */
export type ThreadOrder =
  /** Look at the ring. */
  | { readonly kind: 'look' }
  | { readonly kind: 'stop-listening' }
  /** End all sockets, then the thread. */
  | { readonly kind: 'close' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown; readonly isFailed: boolean };

/** From the socket thread. */
export type ThreadNews =
  | { readonly kind: 'look' }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'unknown-database'; readonly name: string }
  | { readonly kind: 'ask'; readonly id: number; readonly question: ThreadQuestion };

/** How a socket thread came to its end; what its job gives, as a message of its own might come too late. */
export type ThreadEnd =
  /** It was told to. */
  | { readonly kind: 'closed' }
  /** It could not listen: a TickbaseError's fields, or a ListenFailure's reason. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly what: string;
      readonly where: string;
      readonly mend: string;
    }
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** A fault of ours. */
  | { readonly kind: 'fault'; readonly stack: string };

/** What the tick's thread alone can answer. */
export type ThreadQuestion =
  | { readonly of: 'api'; readonly request: ApiRequest }
  | { readonly of: 'health' }
  | { readonly of: 'metrics' };
