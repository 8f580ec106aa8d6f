export { nextTurn } from './next-turn.js';
export { Pace } from './pace.js';
export { paced, unpaced } from './paced.js';
