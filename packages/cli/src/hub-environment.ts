import { join } from 'node:path';
import type { HubSource } from 'sluice';

/** The part of the environment that says where models come from. */
export interface HubEnvironment {
  /** Folder that keeps fetched models. */
  readonly SLUICE_MODELS?: string | undefined;
  /** Where the system keeps caches; ours is `sluice/models` in it. */
  readonly XDG_CACHE_HOME?: string | undefined;
  /** The hub, or a mirror of it. */
  readonly HF_ENDPOINT?: string | undefined;
  /** For private and gated models. */
  readonly HF_TOKEN?: string | undefined;
  /** `1`, `true`, `yes` or `on`: never open a connection. */
  readonly HF_HUB_OFFLINE?: string | undefined;
}

/** What the environment says of hubs, under the names that the hub's own tools read. Empty is unset. */
export function hubFrom(environment: HubEnvironment): HubSource {
  const { SLUICE_MODELS: own, XDG_CACHE_HOME: caches, HF_ENDPOINT: endpoint, HF_TOKEN: token } = environment;
  const cache = own || (caches && join(caches, 'sluice', 'models'));
  const offline = /^(1|true|yes|on)$/i.test(environment.HF_HUB_OFFLINE ?? '');
  return {
    ...(cache ? { cache } : {}),
    ...(endpoint ? { endpoint } : {}),
    ...(token ? { token: token.trim() } : {}),
    ...(offline ? { source: 'cache only' as const } : {}),
  };
}
