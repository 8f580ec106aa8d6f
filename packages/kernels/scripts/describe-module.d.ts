/** See `describe-module.js`. */
export function describeModule(bytes: Uint8Array): { memoryFlagsAt: number };
