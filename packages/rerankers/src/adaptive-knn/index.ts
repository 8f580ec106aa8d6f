export { AdaptiveKnn, type FitAdaptiveKnnOptions, type KnnPrediction } from './adaptive-knn.js';
