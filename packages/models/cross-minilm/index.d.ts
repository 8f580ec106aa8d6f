/** The folder of the model, laid out as hubs lay out sequence classifiers; ends with a slash. */
export declare const modelFolder: URL;
