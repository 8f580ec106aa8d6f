/** The folder of the model, laid out as hubs lay out sentence-transformers models; ends with a slash. */
export declare const modelFolder: URL;
