export { remoteEmbedder } from './remote-embedder.js';
export {
  type RemoteEmbedderFields,
  type RemoteEmbedderOptions,
  remoteEmbedderOptions,
} from './remote-settings.js';
