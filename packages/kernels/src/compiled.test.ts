import { describe, expect, it } from 'vitest';
import { describeModule } from '../scripts/describe-module.js';
import { kernelBase64, memoryFlagsAt } from './generated/kernels.js';

// A memory import `env.memory` with flags 1, initial 1, maximum 65536, after the magic number and version.
const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const NAMES = [3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79];
const MEMORY_IMPORT = [2, 18, 1, ...NAMES, 2, 1, 1, 0x80, 0x80, 4];

describe('the compiled kernels', () => {
  it('hold no data and import nothing but their memory', () => {
    expect(describeModule(Buffer.from(kernelBase64, 'base64'))).toEqual({ memoryFlagsAt });
  });
});

describe('the check of compiled kernels', () => {
  it('finds the flags of the memory', () => {
    expect(describeModule(Uint8Array.from([...HEADER, ...MEMORY_IMPORT]))).toEqual({ memoryFlagsAt: 23 });
  });

  it.each([
    { why: 'static data', sections: [...MEMORY_IMPORT, 11, 1, 0], message: /static data/ },
    { why: 'a count of static data', sections: [...MEMORY_IMPORT, 12, 1, 0], message: /static data/ },
    { why: 'a start function', sections: [...MEMORY_IMPORT, 8, 1, 0], message: /start function/ },
    { why: 'an imported function', sections: [2, 15, 1, ...NAMES, 0, 0, 0], message: /besides their memory/ },
    { why: 'two imports', sections: [2, 3, 2, ...NAMES], message: /besides their memory/ },
    { why: 'a memory without a maximum', sections: [2, 15, 1, ...NAMES, 2, 0, 1], message: /maximum/ },
    { why: 'no import', sections: [], message: /do not import/ },
  ])('refuses $why', ({ sections, message }) => {
    expect(() => describeModule(Uint8Array.from([...HEADER, ...sections]))).toThrow(message);
  });
});
