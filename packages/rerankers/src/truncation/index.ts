export { type FitTruncationOptions, fitTruncation } from './fit-truncation.js';
export { truncateList, truncateListFields } from './truncate-list.js';
export { loadTruncation, stayScores, type TruncationModel, truncationToJson } from './truncation-model.js';
