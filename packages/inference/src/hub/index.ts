export {
  type DownloadedModel,
  type DownloadFields,
  type DownloadOptions,
  downloadModel,
  downloadOptions,
} from './download-model.js';
export { type HubName, isHubName, parseHubName } from './hub-name.js';
export { type HubFields, type HubOptions, type HubSettings, hubFields } from './hub-settings.js';
