export const modelFolder = new URL('./', import.meta.url);
export const configUrl = new URL('./config.json', import.meta.url);
export const vocabularyUrl = new URL('./vocab.txt', import.meta.url);
export const weightsUrl = new URL('./model.safetensors', import.meta.url);
