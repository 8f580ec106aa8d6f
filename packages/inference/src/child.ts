import { serveParent } from './worker/serve-parent.js';

// The entry of a worker in a process of its own: nothing imports it.
serveParent(process);
