/** The folder that holds the model's files; ends with a slash. */
export declare const modelFolder: URL;
/** `config.json`: dimensions, widths, tokenizer settings, checksums. */
export declare const configUrl: URL;
/** `vocab.txt`: one token a line, UTF-8; the line number from 0 is the row. */
export declare const vocabularyUrl: URL;
/** `model.safetensors`: `embeddings` (int8) and `scales` (float32). */
export declare const weightsUrl: URL;
