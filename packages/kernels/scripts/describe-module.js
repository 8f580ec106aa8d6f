const SECTION = { import: 2, start: 8, data: 11, dataCount: 12 };
const HEADER_BYTES = 8;
const MEMORY_KIND = 2;
const HAS_MAXIMUM = 1;

/**
 * Checks that a WebAssembly module may share its memory with others like it, and finds its memory's flags.
 *
 * @param {Uint8Array} bytes a valid module
 * @returns {{ memoryFlagsAt: number }} the position of the byte that says whether the imported memory is shared
 * @throws {Error} it holds data, starts by itself, or imports more than a memory with a maximum
 */
export function describeModule(bytes) {
  let memoryFlagsAt;
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const section = bytes[at];
    const size = unsigned(bytes, at + 1);
    const end = size.next + size.value;
    if (section === SECTION.data || section === SECTION.dataCount) throw new Error('The kernels hold static data.');
    if (section === SECTION.start) throw new Error('The kernels have a start function.');
    if (section === SECTION.import) memoryFlagsAt = flagsOfOnlyMemory(bytes, size.next);
    at = end;
  }
  if (memoryFlagsAt === undefined) throw new Error('The kernels do not import their memory.');
  return { memoryFlagsAt };
}

function flagsOfOnlyMemory(bytes, from) {
  const count = unsigned(bytes, from);
  const module = unsigned(bytes, count.next);
  const name = unsigned(bytes, module.next + module.value);
  const kindAt = name.next + name.value;
  if (count.value !== 1 || bytes[kindAt] !== MEMORY_KIND) {
    throw new Error('The kernels import something besides their memory: did one allocate, or abort?');
  }
  if (bytes[kindAt + 1] !== HAS_MAXIMUM) throw new Error('The memory of the kernels has no maximum.');
  return kindAt + 1;
}

/** A number in LEB128. */
function unsigned(bytes, from) {
  let value = 0;
  let shift = 0;
  for (let at = from; ; at++) {
    value += (bytes[at] & 0x7f) * 2 ** shift;
    if ((bytes[at] & 0x80) === 0) return { value, next: at + 1 };
    shift += 7;
  }
}
