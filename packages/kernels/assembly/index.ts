export { sumCodes, sumCodesListed } from './codes';
export { decodeCompact } from './compact';
export { dotFloat32, dotFloat32Listed, euclideanFloat32, euclideanFloat32Listed } from './float32';
export { insertNode, searchGraph } from './graph';
export * from './hamming';
export { dotInt8, dotInt8Listed } from './int8';
export { dotPrefixListed, euclideanPrefixListed } from './prefix';
export * from './select';
export { bestOfEach, dotTiles, euclideanTiles } from './tiles';
