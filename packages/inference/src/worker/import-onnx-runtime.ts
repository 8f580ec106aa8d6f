import { MissingPeerError } from '@sluice/core';

/** The part of ONNX Runtime that is used here. */
export type OnnxRuntime = typeof import('onnxruntime-node');

/**
 * ONNX Runtime, loaded on first use: it is an optional peer.
 *
 * @throws {MissingPeerError} it is not installed, or its native part does not load on this machine
 */
export async function importOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    const module: OnnxRuntime & { default?: OnnxRuntime } = await import('onnxruntime-node');
    return module.default ?? module;
  } catch (cause) {
    throw missingOnnxRuntime(cause);
  }
}

/** What is thrown where ONNX Runtime is needed and cannot be loaded. */
export function missingOnnxRuntime(cause: unknown): MissingPeerError {
  return new MissingPeerError({
    peer: 'onnxruntime-node',
    purpose: 'Running a transformer model',
    alternative:
      'the same with `--ignore-scripts` (its CPU binaries are in the package), or use a static embedder, which needs no native code',
    cause,
  });
}
