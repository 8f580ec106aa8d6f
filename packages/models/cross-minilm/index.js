export const modelFolder = new URL('./', import.meta.url);
