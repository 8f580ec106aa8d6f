export { clusterImpacts, clusterImpactsInSlices } from './cluster-impacts.js';
export type { ClusterOptions, ClusterParameters, ClusterSettings } from './cluster-options.js';
export {
  type ClusterCurve,
  ClusteredImpacts,
  type ClusterSearch,
} from './clustered-impacts.js';
export { loadClusteredImpacts, saveClusteredImpacts } from './saved-clusters.js';
