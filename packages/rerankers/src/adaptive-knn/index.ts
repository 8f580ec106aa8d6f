export { AdaptiveKnn, type FitAdaptiveKnnOptions, type KnnPrediction } from './adaptive-knn.js';
export { type FitKnnFilterOptions, fitKnnFilter } from './fit-knn-filter.js';
export { type KnnFilterOptions, knnFilter, knnFilterFields } from './knn-filter.js';
export { type KnnFilterModel, knnFilterToJson, loadKnnFilter } from './knn-filter-model.js';
