export {
  authorizationTwice,
  type EndpointFields,
  type EndpointSettings,
  endpointFields,
  endpointUrl,
  type FieldValue,
  hasOneAuthorization,
  requestFields,
} from './endpoint-settings.js';
export { type HttpAnswer, type HttpCall, httpCall } from './http-call.js';
export { type JsonPost, postJson, type RefusedRequest } from './post-json.js';
export { readBounded } from './read-bounded.js';
export { retryAfterMs } from './retry-after.js';
export { secretText } from './secret-text.js';
export { TransientFailure } from './transient-failure.js';
export { isTransientStatus } from './transient-status.js';
export { type Attempt, pause, type RetryPolicy, withRetries } from './with-retries.js';
