import type { Terminal } from './terminal.js';

/** A terminal that keeps what was written. */
export interface RecordedTerminal extends Terminal {
  readonly written: { out: string; err: string };
}

/** No bars, no colours, 80 characters wide. */
export function recordedTerminal(): RecordedTerminal {
  const written = { out: '', err: '' };
  return {
    written,
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    drawsBars: false,
    colours: false,
    width: 80,
  };
}
